"""Retriers and catchers: their fields, numbers and names of errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.state_machines.definition.expressions import assign_findings, template_findings
from twin.state_machines.definition.fields import CATCHER, RETRIER
from twin.state_machines.definition.reference import reference_findings
from twin.state_machines.definition.scope import JSONATA, Scope, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ERRORS = {
    f"States.{name}"
    for name in (
        *(
            "ALL",
            "DataLimitExceeded",
            "ExceedToleratedFailureThreshold",
            "HeartbeatTimeout",
            "IntrinsicFailure",
        ),
        *("ItemReaderFailed", "NoChoiceMatched", "QueryEvaluationError"),
        *("ResultPathMatchFailure", "Runtime", "TaskFailed", "Timeout"),
    )
}
NEVER = {
    "States.BranchFailed": "the twin does not know when AWS reports it; a branch fails by its own error",
    "States.Permissions": "the twin enforces no permissions, so that it never comes",
    "States.ParameterPathFailure": "a wrong path is States.Runtime, which nothing takes",
    "States.ResultWriterFailed": "the twin has no ResultWriter",
    "States.Http.Socket": "the twin has no http:invoke",
}
_NUMBERS: dict[str, tuple[float, float]] = {
    "IntervalSeconds": (1, 99_999_999),
    "MaxAttempts": (0, 99_999_999),
    "BackoffRate": (1, float("inf")),
    "MaxDelaySeconds": (1, 31_622_400),
}


def error_findings(state: Mapping[str, Any], here: str, scope: Scope) -> Iterator[str]:
    """Yields what is wrong with a state's Retry and Catch."""
    for field, known in (("Retry", RETRIER), ("Catch", CATCHER)):
        if field not in state:
            continue
        given = listed(state, field)
        if given != state[field]:
            yield f"{here}: {field} is no list of objects."
        for number, each in enumerate(given):
            at = f"{here}: {field}/{number}"
            for unknown in sorted(set(each) - known):
                yield f"{at}: there is no field {unknown} here."
            yield from _names(each.get("ErrorEquals"), at, is_last=number == len(given) - 1)
            yield from (_retrier(each, at) if field == "Retry" else _catcher(each, at, scope))


def _names(names: Any, at: str, *, is_last: bool) -> Iterator[str]:
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        yield f"{at}: ErrorEquals is no list of names."
        return
    if "States.ALL" in names and len(names) > 1:
        yield f"{at}: States.ALL stands alone in its list."
    if "States.ALL" in names and not is_last:
        yield f"{at}: States.ALL stands last."
    for name in names:
        if name in NEVER:
            yield f"{at}: {name}: {NEVER[name]}."
        elif name.startswith("States.") and name not in ERRORS:
            yield f"{at}: the language has no error {name}."


def _retrier(retrier: Mapping[str, Any], at: str) -> Iterator[str]:
    for field, (least, most) in _NUMBERS.items():
        value = retrier.get(field, least)
        kinds = (int, float) if field == "BackoffRate" else int
        if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value <= most:
            yield f"{at}: {field} is {value!r}; it is a number from {least} to {most}."
    longest, interval = retrier.get("MaxDelaySeconds"), retrier.get("IntervalSeconds", 1)
    if isinstance(longest, int) and isinstance(interval, int) and longest <= interval:
        yield f"{at}: MaxDelaySeconds is {longest}; it is more than IntervalSeconds, {interval}."
    if retrier.get("JitterStrategy", "NONE") not in ("NONE", "FULL"):
        yield f"{at}: JitterStrategy is {retrier['JitterStrategy']!r}; it is FULL or NONE."


def _catcher(catcher: Mapping[str, Any], at: str, scope: Scope) -> Iterator[str]:
    if not isinstance(catcher.get("Next"), str):
        yield f"{at}: a catcher needs Next."
    if "Assign" in catcher:
        yield from assign_findings(catcher["Assign"], at, scope)
    if scope.language == JSONATA:
        if "ResultPath" in catcher:
            yield f"{at}: there is no field ResultPath in JSONata."
        yield from template_findings(catcher.get("Output"), "Output", at, scope)
    else:
        if "Output" in catcher:
            yield f"{at}: there is no field Output in JSONPath."
        yield from reference_findings(catcher.get("ResultPath"), "ResultPath", at)
