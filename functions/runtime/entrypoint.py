"""The one decorator of every handler: reads the call, logs, counts, and names errors as the machines do."""

import functools
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, overload

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from functions.core.errors import OpsError, PermanentError, SafetyRefusal, TemporaryError
from functions.runtime.wiring import AwsPorts, ports, ports_of

NEEDED = frozenset({"now", "execution", "run"})
"""What every machine sends, as the anchor `call` of its source says."""
ONLY_BY_THE_MACHINE = (
    "this function is called by its state machine alone, with an object of `now`, `execution` and `run`. "
    "Start the machine instead."
)


class Call(NamedTuple):
    """What the machine hands to each step.

    Attributes:
        now: When the machine entered the state: the only clock that a handler knows.
        execution: ARN of the execution, which owns locks.
        run: The run so far, as the step before left it.
    """

    now: datetime
    execution: str
    run: Mapping[str, Any]


Step = Callable[[Call, AwsPorts], Mapping[str, Any]]
Handler = Callable[[Mapping[str, Any], Any], Mapping[str, Any]]


def parse(event: object) -> Call:
    """Reads what a machine sends.

    Raises:
        PermanentError: The event is not one that the machine sends.
    """
    if not isinstance(event, Mapping):
        raise PermanentError(f"The event is a {type(event).__name__}: {ONLY_BY_THE_MACHINE}")
    missing = sorted(NEEDED.difference(event))
    if missing:
        raise PermanentError(f"The event lacks {', '.join(missing)}: {ONLY_BY_THE_MACHINE}")
    if not isinstance(event["run"], Mapping):
        raise PermanentError(
            f"`run` is a {type(event['run']).__name__}: the machine was started with something else than an "
            'object such as {"target": "dev", "cause": "tick"}, which its schedules send.'
        )
    try:
        now = datetime.fromisoformat(str(event["now"]))
    except ValueError as error:
        raise PermanentError(f"`now` is no instant: {error}. The machine passes its EnteredTime.") from error
    call = Call(now=now, execution=str(event["execution"]), run=event["run"])
    if now.tzinfo is None:
        raise PermanentError(
            f"`now` has no zone: {event['now']}. The machine passes its context's EnteredTime."
        )
    return call


@overload
def entrypoint(step: Step) -> Handler: ...
@overload
def entrypoint(*, reads: Callable[[Mapping[str, Any]], Call]) -> Callable[[Step], Handler]: ...
def entrypoint(
    step: Step | None = None, *, reads: Callable[[Mapping[str, Any]], Call] = parse
) -> Handler | Callable[[Step], Handler]:
    """Turns a step into a Lambda handler; tests reach the step itself as `handler.__wrapped__`.

    A step is idempotent by what it observes, not by remembered answers: called twice it finds its work done.
    So there is no store of answers to keep, to expire or to lose.

    Args:
        step: The step.
        reads: Reads the event; a machine's calls by default. What it refuses is raised as it is.

    Raises:
        TemporaryError: The machine retries.
        PermanentError: The machine gives up and pages.
        SafetyRefusal: The machine gives up and pages.
    """
    if step is None:
        return lambda decorated: _handler(decorated, reads)
    return _handler(step, reads)


def _handler(step: Step, reads: Callable[[Mapping[str, Any]], Call]) -> Handler:
    @functools.wraps(step)
    def handler(event: Mapping[str, Any], _context: Any) -> Mapping[str, Any]:
        name = step.__module__.rsplit(".", 1)[-1]
        log = _logger()
        call = reads(event)
        try:
            answer = _traced(step)(call, ports_of(call.run))
        except OpsError as error:
            log.warning(str(error), step=name, execution=call.execution, error=type(error).__name__)
            _count(name, "StepFailed")
            raise crossing(error) from error
        log.info(
            str(answer.get("reason", "")),
            step=name,
            execution=call.execution,
            action=str(answer.get("action", "")),
        )
        _count(name, "StepDone")
        return answer

    return handler


def crossing(error: OpsError) -> OpsError:
    """Returns the error as the one of the three that the machines match; anything else stops the run."""
    if isinstance(error, TemporaryError):
        return TemporaryError(str(error))
    return SafetyRefusal(str(error)) if isinstance(error, SafetyRefusal) else PermanentError(str(error))


@functools.cache
def _logger() -> Logger:
    return Logger()


@functools.cache
def _metrics() -> Metrics:
    return Metrics()


def _count(step: str, name: str) -> None:
    metrics = _metrics()
    metrics.add_dimension(name="step", value=step)
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)
    metrics.flush_metrics()


def _traced(step: Step) -> Step:
    if not ports().settings.tracing:
        return step
    from aws_lambda_powertools.tracing import Tracer  # noqa: PLC0415 - it alone doubles the import time

    traced: Step = Tracer(patch_modules=["botocore"]).capture_method(step)
    return traced
