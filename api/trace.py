"""The trace of the request at hand: it begins here, and remembers what the caller called its own.

Callers are strangers: a trace id that they chose would let them name, and mix, the lines of our log (W3C
Trace Context, section 7).
"""

from __future__ import annotations

import random
import re
from contextvars import ContextVar
from typing import Final, NamedTuple

TRACEPARENT: Final = re.compile(rb"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
"""W3C Trace Context, version 00."""


class Trace(NamedTuple):
    """One request, in the words of W3C Trace Context.

    Attributes:
        trace_id: ours.
        span_id: ours.
        caller: the trace id that the caller sent; None if it sent none.
    """

    trace_id: str
    span_id: str
    caller: str | None


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def begin(traceparent: bytes | None) -> Trace:
    """Begins a trace and returns it; a malformed `traceparent` is none."""
    match = TRACEPARENT.fullmatch(traceparent) if traceparent else None
    caller = match[1].decode() if match and match[1] != b"0" * 32 and match[2] != b"0" * 16 else None
    both = f"{random.getrandbits(192) | 1:048x}"
    trace = Trace(both[:32], both[32:], caller)
    _current.set(trace)
    return trace


def adopt(trace_id: str, span_id: str) -> None:
    """Goes on under the ids of an OpenTelemetry span."""
    before = _current.get()
    _current.set(Trace(trace_id, span_id, before.caller if before else None))


def current() -> Trace | None:
    """Returns the trace of the request at hand; None outside of one."""
    return _current.get()


def current_trace_id() -> str | None:
    """Returns the id of the trace at hand; None outside of a request."""
    trace = _current.get()
    return trace.trace_id if trace else None
