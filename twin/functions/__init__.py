"""Lambda in the twin: the real handlers, in process by default, or on the real runtime client."""

from __future__ import annotations

from twin.functions.runner import FunctionRunner
from twin.functions.spec import FunctionSpec, Invocation, RunTimes

__all__ = ["FunctionRunner", "FunctionSpec", "Invocation", "RunTimes"]
