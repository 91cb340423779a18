"""A load generator in a process of its own: keep-alive connections, one request after the other on each.

It reads a plan as JSON from standard input and writes what it saw as JSON to standard output. It parses no
more of HTTP than it needs, so that it costs an order of magnitude less than the server that it measures.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any

import uvloop

if TYPE_CHECKING:
    from collections.abc import Iterator


class Connection(asyncio.Protocol):
    """One client: sends the next request as soon as an answer is complete."""

    def __init__(self, requests: Iterator[bytes], expected: int) -> None:
        self._requests = requests
        self._expected = b"HTTP/1.1 %d " % expected
        self._buffer = b""
        self._sent = 0.0
        self._open = True
        self.seconds: list[float] = []
        self.others = 0
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        """Sends the first request."""
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        """Counts a complete answer and sends the next request."""
        self._buffer += data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self._buffer.lower().find(b"content-length:", 0, head)
        length = int(self._buffer[at + 15 : self._buffer.find(b"\r\n", at)]) if at >= 0 else 0
        if len(self._buffer) < head + 4 + length:
            return
        self.seconds.append(perf_counter() - self._sent)
        self.others += not self._buffer.startswith(self._expected)
        self._buffer = b""
        if self._open:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, _error: Exception | None) -> None:
        """Reports the end."""
        if not self.ended.done():
            self.ended.set_result(None)

    def stop(self) -> None:
        """Finishes the request under way and sends no other."""
        self._open = False

    def _send(self) -> None:
        self._sent = perf_counter()
        self._transport.write(next(self._requests))


def requests_of(plan: dict[str, Any]) -> Iterator[bytes]:
    """Yields the requests of a plan over and over; `{n}` in a header becomes a number of its own."""
    numbers = itertools.count()
    body = plan.get("body", "").encode()
    for path in itertools.cycle(plan["paths"]):
        lines = [f"{plan['method']} {path} HTTP/1.1", f"host: 127.0.0.1:{plan['port']}"]
        lines += [
            f"{name}: {value.replace('{n}', plan['run'] + str(next(numbers)))}"
            for name, value in plan["headers"].items()
        ]
        if body:
            lines += ["content-type: application/json", f"content-length: {len(body)}"]
        yield "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def load(plan: dict[str, Any]) -> dict[str, Any]:
    """Puts the load on and returns what came of it; durations in milliseconds."""
    requests = requests_of(plan)
    loop = asyncio.get_running_loop()
    begin = perf_counter()
    made = [
        (
            await loop.create_connection(
                lambda: Connection(requests, plan["status"]), "127.0.0.1", plan["port"]
            )
        )[1]
        for _ in range(plan["connections"])
    ]
    await asyncio.sleep(plan["seconds"])
    for connection in made:
        connection.stop()
    await asyncio.wait([connection.ended for connection in made], timeout=30)
    took = perf_counter() - begin
    every = sorted(second * 1000 for connection in made for second in connection.seconds)
    at = {f"p{share}": every[int(len(every) * share / 100)] for share in (50, 95, 99)}
    others = sum(connection.others for connection in made)
    return {"requests": len(every), "per_second": len(every) / took, "others": others, **at}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(uvloop.run(load(json.load(sys.stdin)))))
