"""The trace id of the request at hand: taken from the caller's `traceparent`, or made here."""

from __future__ import annotations

import random
import re
from contextvars import ContextVar
from typing import Final, NamedTuple

TRACEPARENT: Final = re.compile(rb"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
"""W3C Trace Context, version 00."""


class Trace(NamedTuple):
    """Who asked, in the words of W3C Trace Context."""

    trace_id: str
    span_id: str
    sampled: bool


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def begin(traceparent: bytes | None) -> Trace:
    """Continues the caller's trace, or begins one if there is none or it is malformed; returns it."""
    match = TRACEPARENT.fullmatch(traceparent) if traceparent else None
    if match and match[1] != b"0" * 32 and match[2] != b"0" * 16:
        span = f"{random.getrandbits(64) | 1:016x}"
        trace = Trace(match[1].decode(), span, bool(int(match[3], 16) & 1))
    else:
        both = f"{random.getrandbits(192) | 1:048x}"
        trace = Trace(both[:32], both[32:], sampled=False)
    _current.set(trace)
    return trace


def adopt(trace_id: str, span_id: str, *, sampled: bool) -> None:
    """Continues under the ids of an OpenTelemetry span."""
    _current.set(Trace(trace_id, span_id, sampled))


def current() -> Trace | None:
    """Returns the trace of the request at hand; None outside of one."""
    return _current.get()


def current_trace_id() -> str | None:
    """Returns the id of the trace at hand; None outside of a request."""
    trace = _current.get()
    return trace.trace_id if trace else None
