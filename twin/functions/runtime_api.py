"""Lambda's Runtime API for one function: hands an invocation to its process and takes what comes of it."""

from __future__ import annotations

import json
import queue
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin.up.server import Server
from twin.up.wire import Answer, as_json

if TYPE_CHECKING:
    from twin.up.wire import Request

PREFIX = "/2018-06-01/runtime"
ACCEPTED = as_json({"status": "OK"}, 202)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a process said of an invocation, or of its own start.

    Attributes:
        payload: The answer as JSON text, or Lambda's error object.
        failed: Whether it is the error object.
        fatal: Whether the process is over.
    """

    payload: str
    failed: bool
    fatal: bool = False


class RuntimeApi:
    """Serves one process on loopback, until it is closed."""

    def __init__(self) -> None:
        self._next: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._server = Server(0)
        self._server.start(self._answer)

    @property
    def address(self) -> str:
        """Host and port, as AWS_LAMBDA_RUNTIME_API has them."""
        return self._server.url.removeprefix("http://")

    def offer(self, event: Any, *, request_id: str, arn: str, deadline_ms: int) -> None:
        """Gives the event to the process when it asks for the next one."""
        headers = {
            "Lambda-Runtime-Aws-Request-Id": request_id,
            "Lambda-Runtime-Invoked-Function-Arn": arn,
            "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
        }
        self._next.put(Answer(200, json.dumps(event).encode(), headers=headers))

    def outcome(self) -> Outcome | None:
        """Returns what the process has said; None when it has said nothing yet."""
        try:
            return self._outcomes.get_nowait()
        except queue.Empty:
            return None

    def close(self) -> None:
        """Stops serving, and sends a process away that waits for its next event."""
        self._next.put(as_json({"errorMessage": "the twin is closing"}, 500))
        self._server.close()

    def _answer(self, request: Request) -> Answer:
        if request.path == f"{PREFIX}/invocation/next":
            return self._next.get()
        kind = request.path.rsplit("/", 1)[-1]
        if request.method != "POST" or kind not in ("response", "error"):
            return as_json({"errorMessage": f"no such path: {request.path}"}, 404)
        self._outcomes.put(Outcome(request.body.decode(), kind == "error", fatal="/init/" in request.path))
        return ACCEPTED
