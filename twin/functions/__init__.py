"""Lambda in the twin: the real handlers, in process by default, or on the real runtime client."""

from twin.functions.runner import FunctionRunner, Invocation, RunTimes

__all__ = ["FunctionRunner", "Invocation", "RunTimes"]
