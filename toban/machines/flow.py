"""Follows the data through a machine: each path that a state reads is one that was written on every way there.

On AWS a path that leads nowhere is `States.Runtime`, which no Catch takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toban.machines.graph import LAMBDA, Fault, Scope, inner_programs, scope_of
from toban.machines.json_paths import PathInvalid, known_in_context, parse_path, paths_in, reads_of_template
from toban.machines.presence import after_rule, reads_of_rule
from toban.machines.shapes import ANY, ERROR, Shape, members, shape_of_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from toban.machines.graph import State

NOT_UNDERSTOOD = (
    "Assign",
    "Arguments",
    "Output",
    "QueryLanguage",
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
)
"""Members whose data this checker does not follow; a machine that has one is refused rather than half proven."""

PATH_MEMBERS = (
    "ErrorPath", "CausePath", "SecondsPath", "TimestampPath", "TimeoutSecondsPath", "HeartbeatSecondsPath",
    "MaxConcurrencyPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath",
)  # fmt: skip
TEMPLATES = ("Parameters", "ItemSelector")
STARTED = members(ExecutionArn=ANY, StartDate=ANY)


class Flow:
    """The data of one machine.

    Args:
        name: The machine's name, for messages.
        machine: Its definition.
        given: What every execution's input has.
        answer_of: Returns what the function of a Task answers, by the Task's FunctionName; None when nobody knows.
    """

    def __init__(
        self,
        name: str,
        machine: Mapping[str, Any],
        *,
        given: Shape,
        answer_of: Callable[[str], Shape | None],
    ) -> None:
        self._name, self._machine, self._given, self._answer_of = name, machine, given, answer_of
        self._faults: dict[Fault, None] = {}

    def faults(self) -> list[Fault]:
        """Returns each path that is read without being certain to be there, and what cannot be followed."""
        if "QueryLanguage" in self._machine:
            self._fault("", "QueryLanguage: the data cannot be followed: write JSONPath")
        self._scope(scope_of(self._machine), self._given)
        return list(self._faults)

    def _fault(self, place: str, text: str) -> None:
        self._faults[Fault(self._name, place or "the machine", text)] = None

    def _scope(self, scope: Scope, given: Shape) -> Shape:
        """Returns what is certain of the scope's output; inputs only lose members from one round to the next."""
        inputs: dict[str, Shape] = {scope.start: given}
        outputs: dict[str, Shape] = {}
        waiting = [scope.start]
        settled = dict(self._faults)
        while waiting:
            name = waiting.pop(0)
            if name not in scope.states:
                continue
            for target, shape in self._state(scope, name, inputs[name], outputs):
                known = inputs.get(target)
                joined = shape if known is None else known.joined(shape)
                if joined != known:
                    inputs[target] = joined
                    waiting.append(target)
        # What an early round complained of stands: later inputs hold no more than earlier ones.
        self._faults = {**settled, **self._faults}
        result: Shape | None = None
        for output in outputs.values():
            result = output if result is None else result.joined(output)
        return result or ANY

    def _state(
        self, scope: Scope, name: str, raw: Shape, outputs: dict[str, Shape]
    ) -> Iterator[tuple[str, Shape]]:
        """Yields each next state with what it is given; an end is noted among the outputs."""
        state, place = scope.states[name], scope.named(name)
        for member in NOT_UNDERSTOOD:
            if member in state:
                self._fault(place, f"{member}: the data cannot be followed: write JSONPath without it")
        given = self._selected(state, "InputPath", raw, place)
        for member in PATH_MEMBERS:
            if member in state:
                self._reads(place, member, str(state[member]), given)
        for rule in state.get("Catch", ()):
            yield rule["Next"], _put(raw, rule.get("ResultPath", "$"), ERROR)
        if state.get("Type") == "Choice":
            yield from self._choice(state, place, given)
            return
        output = self._output(state, place, raw, given)
        if "Next" in state:
            yield state["Next"], output
        elif state.get("Type") != "Fail":
            outputs[name] = output

    def _choice(self, state: State, place: str, given: Shape) -> Iterator[tuple[str, Shape]]:
        for index, rule in enumerate(state.get("Choices", ())):
            for member, text, known in reads_of_rule(rule, given):
                self._reads(place, f"Choices[{index}].{member}", text, known)
            yield rule["Next"], self._selected(state, "OutputPath", after_rule(rule, given), place)
        if "Default" in state:
            yield state["Default"], self._selected(state, "OutputPath", given, place)

    def _output(self, state: State, place: str, raw: Shape, given: Shape) -> Shape:
        effective = self._template(state, "Parameters", given, place) if state.get("Type") != "Map" else given
        result = self._result(state, place, given, effective)
        if "ResultSelector" in state:
            result = self._template(state, "ResultSelector", result, place)
        shape = _put(raw, state.get("ResultPath", "$"), result)
        return self._selected(state, "OutputPath", shape, place)

    def _result(self, state: State, place: str, given: Shape, effective: Shape) -> Shape:
        kind = state.get("Type")
        if kind == "Pass":
            return shape_of_value(state["Result"]) if "Result" in state else effective
        if kind == "Map":
            return self._map(state, place, given)
        if kind == "Parallel":
            branches = [
                self._scope(scope_of(inner, at), effective) for at, inner in inner_programs(state, place)
            ]
            joined = branches[0] if branches else ANY
            for branch in branches[1:]:
                joined = joined.joined(branch)
            return Shape(item=joined, present=frozenset(range(len(branches))))
        if kind == "Task":
            return self._task(state, place)
        return effective

    def _map(self, state: State, place: str, given: Shape) -> Shape:
        path = str(state.get("ItemsPath", "$"))
        self._reads(place, "ItemsPath", path, given)
        items = given.possibly_at(parse_path(path).steps)
        item = items.item or ANY
        for member in TEMPLATES:
            if member in state:
                item = self._template(state, member, given, place, item=item)
        output = ANY
        for at, inner in inner_programs(state, place):
            output = self._scope(scope_of(inner, at), item)
        return Shape(item=output)

    def _task(self, state: State, place: str) -> Shape:
        resource = str(state.get("Resource"))
        if resource == LAMBDA:
            function = str((state.get("Parameters") or {}).get("FunctionName"))
            answer = self._answer_of(function)
            if answer is None:
                self._fault(place, f"Parameters.FunctionName: nobody knows what {function} answers")
            return members(ExecutedVersion=ANY, Payload=answer or ANY, StatusCode=ANY)
        return STARTED if resource.startswith("arn:aws:states:::states:startExecution") else ANY

    def _template(
        self, state: State, member: str, given: Shape, place: str, *, item: Shape | None = None
    ) -> Shape:
        """Checks a payload template's reads and returns the shape of what it builds."""
        template = state.get(member)
        if template is None:
            return given
        for key, text in reads_of_template(template):
            self._reads(place, f"{member}.{key}", text, given)
        return self._built(template, given, item)

    def _built(self, template: Any, given: Shape, item: Shape | None) -> Shape:
        if not isinstance(template, dict):
            return shape_of_value(template)
        built = {}
        for key, value in template.items():
            if not str(key).endswith(".$"):
                built[str(key)] = self._built(value, given, item)
                continue
            built[str(key)[:-2]] = _value_of(str(value), given, item)
        return Shape(members=built)

    def _selected(self, state: State, member: str, shape: Shape, place: str) -> Shape:
        if member not in state:
            return shape
        if state[member] is None:
            return members()
        self._reads(place, member, str(state[member]), shape)
        return _value_of(str(state[member]), shape, None)

    def _reads(self, place: str, member: str, text: str, shape: Shape) -> None:
        try:
            paths = list(paths_in(text))
        except PathInvalid as problem:
            self._fault(place, f"{member}: {problem}")
            return
        for path in paths:
            if path.context:
                if not known_in_context(path):
                    self._fault(place, f"{member}: the context object has no {path.text}")
            elif shape.at(path.steps) is None:
                self._fault(place, f"{member}: {path.text} is not written on every way here")


def _put(raw: Shape, path: str | None, result: Shape) -> Shape:
    """Returns a state's output before OutputPath: its input with the result at a path, or one of the two alone."""
    return raw if path is None else raw.having(parse_path(path).steps, result)


def _value_of(text: str, shape: Shape, item: Shape | None) -> Shape:
    """Returns the shape of an expression's value; of an intrinsic function's nothing is known."""
    if not text.startswith("$"):
        return ANY
    try:
        path = parse_path(text)
    except PathInvalid:
        return ANY
    if path.context:
        return item if item is not None and path.steps == ("Map", "Item", "Value") else ANY
    value = shape.possibly_at(path.steps)
    return Shape(item=value.item or ANY) if path.selects else value
