"""What a state machine may use in the twin; the rest is refused, by name, before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OPTIMISED = {
    "lambda:invoke",
    "lambda:invoke.waitForTaskToken",
    "states:startExecution",
    "states:startExecution.sync",
    "states:startExecution.sync:2",
    "states:startExecution.waitForTaskToken",
    "sns:publish",
    "sns:publish.waitForTaskToken",
    "sqs:sendMessage",
    "sqs:sendMessage.waitForTaskToken",
    "events:putEvents",
    "events:putEvents.waitForTaskToken",
    "dynamodb:getItem",
    "dynamodb:putItem",
    "dynamodb:updateItem",
    "dynamodb:deleteItem",
}
_FIELDS = {"ItemBatcher": "hands items out in batches", "ResultWriter": "writes results to S3"}


def unsupported_features(definition: Mapping[str, Any]) -> list[str]:
    """Returns what the twin cannot run, or what AWS would refuse, in this definition.

    Args:
        definition: The parsed ASL.

    Returns:
        One sentence per finding, each beginning with the path of the state; empty when all is well.
    """
    return list(_scope(definition, ""))


def _scope(program: Mapping[str, Any], path: str) -> Iterator[str]:
    states: Mapping[str, Any] = program.get("States") or {}
    if program.get("StartAt") not in states:
        yield f"{path or 'The machine'}: StartAt names {program.get('StartAt')!r}, which is no state here."
    for name, state in states.items():
        here = f"{path}/{name}" if path else name
        yield from _targets(state, states, here)
        yield from _features(state, here)
        for number, branch in enumerate(state.get("Branches", ())):
            yield from _scope(branch, f"{here}/{number}")
        for key in ("ItemProcessor", "Iterator"):
            if key in state:
                yield from _scope(state[key], here)


def _targets(state: Mapping[str, Any], states: Mapping[str, Any], here: str) -> Iterator[str]:
    wanted = [state.get("Next"), state.get("Default")]
    wanted += [rule.get("Next") for rule in (*state.get("Choices", ()), *state.get("Catch", ()))]
    for target in wanted:
        if target is not None and target not in states:
            yield f"{here}: Next names {target!r}, which is no state here."


def _features(state: Mapping[str, Any], here: str) -> Iterator[str]:
    for field, meaning in _FIELDS.items():
        if field in state:
            yield f"{here}: the twin has no {field} ({meaning})."
    processor = state.get("ItemProcessor", {}).get("ProcessorConfig", {})
    if processor.get("ExecutionType") == "EXPRESS":
        yield f"{here}: the twin has no EXPRESS map; use STANDARD."
    percentage = state.get("ToleratedFailurePercentage")
    if isinstance(percentage, int):
        yield f"{here}: write ToleratedFailurePercentage as {percentage}.0; the twin needs a decimal."
    resource = state.get("Resource")
    if state.get("Type") == "Task" and isinstance(resource, str):
        yield from _resource(resource, here)


def _resource(resource: str, here: str) -> Iterator[str]:
    if ":states:::" not in resource:
        if ":function:" not in resource and not resource.startswith("${"):
            yield f"{here}: the twin cannot run the resource {resource}."
        return
    service = resource.split(":states:::", 1)[1]
    if service.startswith("aws-sdk:"):
        if service.endswith((".sync", ".sync:2")):
            yield f"{here}: aws-sdk integrations have no .sync; poll, or wait for a task token."
    elif service not in _OPTIMISED:
        yield f"{here}: the twin has no integration {service}."
