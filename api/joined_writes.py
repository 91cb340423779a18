"""The head of an answer waits for the first piece of its body, so that both leave in one write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio

_CONTINUE: Final = b"HTTP/1.1 100 "
"""An interim answer, on which a body depends: it waits for nothing."""


class JoinedWrites:
    """One answer's transport, as uvicorn's cycle uses it; the head must be written in one piece.

    Not for HEAD: where no body is written, the head would stay.
    """

    __slots__ = ("_head", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head: bytes | None = None  # b"" once it is sent

    def write(self, piece: bytes) -> None:
        """Keeps the head; sends it with what is written next."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.writelines((head, piece))
        elif self._head is None and not piece.startswith(_CONTINUE):
            self._head = piece
        else:
            self._transport.write(piece)

    def is_closing(self) -> bool:
        """Returns whether the connection is ending."""
        return self._transport.is_closing()

    def close(self) -> None:
        """Sends what waits and closes the connection."""
        if self._head:
            self.write(b"")
        self._transport.close()
