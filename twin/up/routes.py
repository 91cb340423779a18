"""Which room answers which request: the page, the commands, or AWS; each of them on the baton's thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from twin.up.commands import json_body
from twin.up.wire import Answer, Refusal, as_json
from twin.up.work_queue import Closed

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from twin.up.aws import AwsEndpoint
    from twin.up.commands import Commands
    from twin.up.wire import Request
    from twin.up.work_queue import WorkQueue

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
"""Names under which the twin answers; another Host is a foreign page that found its way to loopback."""

POLICY = (
    "default-src 'none'; connect-src 'self'; img-src data:; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""The page loads nothing from anywhere and stands in nobody's frame, and the browser holds it to that."""


@dataclass(frozen=True, slots=True)
class Routes:
    """Answers every request of the standing twin.

    Args:
        work_queue: Where the thread that has the baton takes work.
        commands: A person's.
        aws: Everything else.
    """

    work_queue: WorkQueue
    commands: Commands
    aws: AwsEndpoint

    def answer(self, request: Request) -> Answer:
        """Returns the answer, waiting for it."""
        try:
            _check_host(request)
            if request.path == "/" and request.method == "GET" and "authorization" not in request.headers:
                return _page()
            if request.path.startswith("/twin/"):
                return self._command(request)
            return self.work_queue.call(lambda: self.aws.answer(request))
        except Refusal as refusal:
            return as_json({"error": str(refusal)}, refusal.status)
        except Closed as closed:
            return as_json({"error": str(closed)}, 503)
        except Exception as error:  # noqa: BLE001 - a fault in one answer is that client's alone
            sentence = f"The twin could not answer this: {type(error).__name__}: {error}"
            return as_json({"error": sentence}, 500)

    def _command(self, request: Request) -> Answer:
        known: dict[tuple[str, str], Callable[[], Any]] = {
            ("GET", "/twin/state"): self.commands.state,
            ("GET", "/twin/timeline"): lambda: self.commands.timeline(request),
            ("POST", "/twin/jump"): lambda: self.commands.jump(json_body(request)),
            ("POST", "/twin/alarm"): lambda: self.commands.alarm(json_body(request)),
            ("GET", "/twin/faults"): self.commands.fault_kinds,
            ("POST", "/twin/fault"): lambda: self.commands.fault(json_body(request)),
            ("POST", "/twin/speed"): lambda: self.commands.speed(json_body(request)),
        }
        work = known.get((request.method, request.path))
        if work is None:
            names = ", ".join(f"{method} {path}" for method, path in known)
            raise Refusal(f"The twin has no {request.method} {request.path}; it has {names}.", 404)
        found = self.work_queue.call(work)
        if request.path == "/twin/jump":
            found = {"now": found.result().astimezone(UTC).isoformat(timespec="seconds")}
        return as_json(found)


def _check_host(request: Request) -> None:
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:
        host = None
    if host not in LOOPBACK:
        raise Refusal("The twin answers on loopback only: ask 127.0.0.1 or localhost.", 403)


def _page() -> Answer:
    page = files("twin.up").joinpath("page.html").read_bytes()
    return Answer(200, page, "text/html; charset=utf-8", {"Content-Security-Policy": POLICY})
