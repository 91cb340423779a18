"""One request's two channels: what comes in is bounded in size and time, what goes out has its headers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from api.clock import steady_clock
from api.errors import PROBLEM_JSON, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Message, Receive, Scope, Send

    from api.services import Services

HUNG_UP: Final = 499
"""Counted instead of a status when the caller left before its request was whole: no fault of ours."""
LEAST_BYTES_PER_S: Final = 32_768
"""A body may take BODY_S, and a second more for each of these that have come."""
_NO_SNIFFING: Final = (b"x-content-type-options", b"nosniff")
_NO_STORE: Final = (b"cache-control", b"no-store")
_BARE_CSP: Final = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_HTTPS_ALONE: Final = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
_CLOSE: Final = (b"connection", b"close")


async def send_problem(send: Send, problem: Problem) -> None:
    """Answers with a problem from outside of any route."""
    body = problem.body()
    headers = [(b"content-type", PROBLEM_JSON.encode()), (b"content-length", str(len(body)).encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Exchange:
    """Reads and writes for one request.

    Args:
        take_place: called once the whole request is here; refuses when too many are being answered. It must
            not lead back to the exchange: a circle keeps each request in memory until the collector comes by.

    Attributes:
        status: what was answered, 0 before.
        placed: whether a place was taken, which is to be given back.
        hung_up: whether the caller left before its request was whole.
    """

    def __init__(
        self,
        services: Services,
        scope: Scope,
        receive: Receive,
        send: Send,
        take_place: Callable[[Scope], bool],
    ) -> None:
        self._services = services
        self._scope = scope
        self._receive = receive
        self._send = send
        self._take_place = take_place
        bulk = scope["path"].endswith(":bulk")
        self._limit = services.settings.bulk_body_bytes if bulk else services.settings.body_bytes
        self._read = 0
        self._whole = False
        self._began = 0.0
        self.status = 0
        self.placed = False
        self.hung_up = False

    def begin(self, headers: dict[bytes, bytes]) -> None:
        """Refuses a body that says it is too large, and takes a place at once where there will be no body.

        Raises:
            Problem: 413, or what `take_place` raises.
        """
        length = headers.get(b"content-length")
        if length is not None and length.isdigit() and int(length[:12]) > self._limit:
            raise self._too_large()
        if b"transfer-encoding" not in headers and (length is None or not length.strip(b"0")):
            self._whole = True
            self.placed = self._take_place(self._scope)
        self._began = steady_clock()

    async def receive(self) -> Message:
        """Returns the next piece of the body.

        Raises:
            Problem: 408 if it does not come in time, 413 if the body is too large.
        """
        if self._whole or self._is_here():
            return self._taken(await self._receive())
        left_s = (
            self._began + self._services.settings.body_s + self._read / LEAST_BYTES_PER_S - steady_clock()
        )
        try:
            async with asyncio.timeout(max(0.0, left_s)):
                message = await self._receive()
        except TimeoutError:
            raise Problem(
                408, "The body did not come in time: send it again.", headers={"Connection": "close"}
            ) from None
        return self._taken(message)

    def _is_here(self) -> bool:
        """Whether the server has the whole body already, as it mostly has: nobody needs a timer then."""
        return getattr(getattr(self._receive, "__self__", None), "more_body", True) is False

    def _taken(self, message: Message) -> Message:
        if self._whole:
            return message
        if message["type"] == "http.disconnect":
            self.hung_up = True
            return message
        self._read += len(message.get("body", b""))
        if self._read > self._limit:
            raise self._too_large()
        if not message.get("more_body", False):
            self._whole = True
            self.placed = self._take_place(self._scope)
        return message

    async def send(self, message: Message) -> None:
        """Sends a piece of the answer with our headers: nothing to a caller who left, no body to HEAD."""
        if self.hung_up:
            self.status = HUNG_UP
            return
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = self._completed(list(message.get("headers", ())))
        elif self._scope["method"] == "HEAD":
            message = {**message, "body": b""}
        await self._send(message)

    async def fail(self, problem: Problem) -> None:
        """Answers with a problem, unless the answer has begun."""
        if not self.status:
            await send_problem(self.send, problem)

    def _completed(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        names = [name for name, _ in headers]
        headers.append(_NO_SNIFFING)
        if b"cache-control" not in names:
            headers.append(_NO_STORE)
        if b"content-security-policy" not in names:
            headers.append(_BARE_CSP)
        if self._scope.get("scheme") == "https":
            headers.append(_HTTPS_ALONE)
        if self._services.health.draining:
            headers.append(_CLOSE)
        return headers

    def _too_large(self) -> Problem:
        return Problem(413, f"The body is larger than {self._limit} bytes.")
