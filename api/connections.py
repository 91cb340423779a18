"""What one TCP connection may cost: heads and answers bounded in size and time, below any application.

uvicorn with httptools takes a head of any length at any pace, and holds an answer for as long as the other
side does not read it. A request that is never whole, and an answer that nobody takes, end here.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from api.errors import PROBLEM_JSON
from api.joined_writes import JoinedWrites
from api.peers import Peers

if TYPE_CHECKING:
    import asyncio

    from prometheus_client import Counter

    from api.settings import Settings

_TOO_LONG: Final = (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The head of the request is too long.")
_TOO_LONG_URL: Final = (HTTPStatus.REQUEST_URI_TOO_LONG, "The address is too long.")
_TOO_SLOW: Final = (HTTPStatus.REQUEST_TIMEOUT, "The head of the request did not come in time.")
_TOO_MANY: Final = (HTTPStatus.SERVICE_UNAVAILABLE, "Too many connections are open.")
_TOO_MANY_OF_YOURS: Final = (HTTPStatus.TOO_MANY_REQUESTS, "Too many connections of this address are open.")
LEAST_READ_BYTES_PER_S: Final = 1024
"""Who takes less of an answer than this for WRITE_S is no longer waited for."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with bounds; `bounded` returns one with the settings in it."""

    settings: Settings
    refused: Counter
    peers: Peers

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for a head, unless too many wait already."""
        super().connection_made(transport)
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self._unsent = 0
        self._head_bytes = self._chunk_bytes = 0
        self._refusal: tuple[HTTPStatus, str] | None = None
        within = self.peers.opened(self.client)
        if self.server is not None and self.server[1] == self.settings.probe_port:
            self._expect_head()  # the cluster's own door is never crowded out by callers
            return
        if not within or len(self.connections) > self.settings.connections:
            self._refuse(_TOO_MANY if within else _TOO_MANY_OF_YOURS)
            return
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets the timers, and counts the connection no more."""
        self.peers.closed(self.client)
        self.peers.read(self)
        self._head_is_here()
        if self._writing is not None:
            self._writing.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Counts what belongs to a head that is not whole; a refused connection's data is dropped."""
        if self._refusal is not None:
            return
        self._chunk_bytes = len(data)
        super().data_received(data)
        if (self._timer is not None or self._idle()) and not self.transport.is_closing():
            self._wait_for_more()

    def on_headers_complete(self) -> None:
        """Hands the request on, if its head is not too long; what came in few bytes cannot be."""
        self._head_is_here()
        if len(self.url) > self.settings.url_bytes:
            self._refusal = _TOO_LONG_URL
        elif self._head_bytes + self._chunk_bytes > self.settings.head_bytes:
            size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
            self._refusal = _TOO_LONG if size > self.settings.head_bytes else None
        self._head_bytes = 0
        if self._refusal is not None:
            raise ValueError(self._refusal[1])  # ends the parser, which then asks for `send_400_response`
        super().on_headers_complete()
        if self.scope["method"] != "HEAD":
            self.cycle.transport = JoinedWrites(self.transport)  # type: ignore[assignment] # all it needs of one

    def send_400_response(self, msg: str) -> None:
        """Answers what the parser refused, or what we did."""
        if self._refusal is None:
            super().send_400_response(msg)
        else:
            self._refuse(self._refusal)

    def pause_writing(self) -> None:
        """Begins to watch whether the other side reads."""
        super().pause_writing()
        self._watch_writing()

    def on_response_complete(self) -> None:
        """Watches the end of the answer, which no application waits for."""
        super().on_response_complete()
        if self.transport.get_write_buffer_size():
            self._watch_writing()

    def resume_writing(self) -> None:
        """Counts no more what has been read."""
        super().resume_writing()
        self.peers.read(self)

    def give_up(self) -> None:
        """Ends the connection at once, because of what waits on it to be read."""
        self.refused.labels("unread").inc()
        self.peers.read(self)
        self.transport.abort()

    def _idle(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    def _wait_for_more(self) -> None:
        if self._timer is None:
            self._expect_head()
        self._head_bytes += self._chunk_bytes
        if self._head_bytes > self.settings.head_bytes:
            self._refuse(_TOO_LONG)

    def _expect_head(self) -> None:
        self._head_bytes = 0
        self._timer = self.loop.call_later(self.settings.head_s, self._head_is_late)

    def _head_is_here(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _head_is_late(self) -> None:
        self._timer = None
        if self._head_bytes:
            self._refuse(_TOO_SLOW)
        else:
            self.transport.close()  # nobody has said anything yet

    def _refuse(self, refusal: tuple[HTTPStatus, str]) -> None:
        status, detail = self._refusal = refusal
        self._head_is_here()
        self.refused.labels(str(int(status))).inc()
        if not self._idle():
            self.transport.abort()  # in the midst of another answer: these words would be read as part of it
            return
        body = orjson.dumps(
            {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
        )
        head = (
            f"HTTP/1.1 {int(status)} {status.phrase}\r\ncontent-type: {PROBLEM_JSON}\r\n"
            f"content-length: {len(body)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
        self._watch_writing()

    def _watch_writing(self) -> None:
        cycle: RequestResponseCycle | None = self.cycle
        costly = self.peers.wait_for_reader(self, cycle.scope["client"] if cycle else self.client)
        if costly is not None:
            costly.give_up()
        if self._writing is None and costly is not self:
            self._unsent = self.transport.get_write_buffer_size()
            self._writing = self.loop.call_later(self.settings.write_s, self._look_at_writing)

    def _look_at_writing(self) -> None:
        self._writing = None
        unsent = self.transport.get_write_buffer_size()
        if not unsent:
            self.peers.read(self)
            return
        if self._unsent - unsent < LEAST_READ_BYTES_PER_S * self.settings.write_s:
            self.give_up()
            return
        self._watch_writing()


def bounded(settings: Settings, refused: Counter) -> type[Any]:
    """Returns the protocol for one server: its bounds, and where refusals are counted."""
    return type(
        "Bounded", (BoundedProtocol,), {"settings": settings, "refused": refused, "peers": Peers(settings)}
    )
