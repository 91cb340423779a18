"""Follows the data through a machine: each path that a state reads was written on every way there.

On AWS a path that leads nowhere is `States.Runtime`, which no Catch takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toban.machines.durations import GIVE_UP
from toban.machines.graph import LAMBDA, MARK, MARKED, Fault, Scope, inner_programs, marks, scope_of
from toban.machines.json_paths import parse_path
from toban.machines.presence import after_rule, reads_of_rule
from toban.machines.reads import Reads, put
from toban.machines.shapes import ANY, ERROR, Shape, joined, members, shape_of_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from toban.machines.graph import State

NOT_FOLLOWED = ("Assign", "Arguments", "Output", "QueryLanguage", "ItemReader", "ItemBatcher", "ResultWriter")
"""Members whose data this checker does not follow; a machine with one is refused rather than half proven."""

PATH_MEMBERS = (
    "ErrorPath", "CausePath", "SecondsPath", "TimestampPath", "TimeoutSecondsPath", "HeartbeatSecondsPath",
    "MaxConcurrencyPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath",
)  # fmt: skip
RUN, TOLD = "Parameters.Payload.run.$", ("$.target", "$.error.Cause")
"""What giving up tells of: without it people hear of no environment, or of no cause."""
ITEM = "$$.Map.Item.Value"
STARTED = members(ExecutionArn=ANY, StartDate=ANY)


class Flow:
    """The data of one machine.

    Args:
        name: The machine's name, for messages.
        machine: Its definition.
        given: What every execution's input has.
        answer_of: Returns what the function of a Task answers, by its FunctionName; None when nobody knows.
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
        self._reads = Reads(self._fault)
        self._failed_items: dict[str, Shape] = {}

    def faults(self) -> list[Fault]:
        """Returns each path that is read without being certain to be there, and what cannot be followed."""
        if "QueryLanguage" in self._machine:
            self._fault("the machine", "QueryLanguage: the data cannot be followed: write JSONPath")
        self._scope(scope_of(self._machine), self._given)
        return list(self._faults)

    def _fault(self, place: str, text: str) -> None:
        # What an early round complained of stands: later inputs hold no more than earlier ones.
        self._faults[Fault(self._name, place, text)] = None

    def _scope(self, scope: Scope, given: Shape) -> dict[str, Shape]:
        """Returns what is certain of the output of each state that ends the scope."""
        inputs: dict[str, Shape] = {scope.start: given}
        outputs: dict[str, Shape] = {}
        waiting = [scope.start]
        while waiting:
            name = waiting.pop(0)
            if name not in scope.states:
                continue
            for target, shape in self._state(scope, name, inputs[name], outputs):
                known = inputs.get(target)
                certain = shape if known is None else known.joined(shape)
                if certain != known:
                    inputs[target] = certain
                    waiting.append(target)
        return outputs

    def _state(
        self, scope: Scope, name: str, raw: Shape, outputs: dict[str, Shape]
    ) -> Iterator[tuple[str, Shape]]:
        """Yields each next state with what it is given; an end is noted among the outputs."""
        state, place = scope.states[name], scope.named(name)
        for member in NOT_FOLLOWED:
            if member in state:
                self._fault(place, f"{member}: the data cannot be followed: write JSONPath without it")
        given = self._reads.selected(state, "InputPath", raw, place)
        read = [(member, str(state[member])) for member in PATH_MEMBERS if member in state]
        read += [(RUN, path) for path in TOLD if name == GIVE_UP]
        for member, text in read:
            self._reads.check(place, member, text, given)
        for rule in state.get("Catch", ()):
            yield rule["Next"], put(raw, rule.get("ResultPath", "$"), ERROR)
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
                self._reads.check(place, f"Choices[{index}].{member}", text, known)
            behind = after_rule(rule, given)
            yield rule["Next"], self._reads.selected(state, "OutputPath", behind, place)
        if "Default" in state:
            yield state["Default"], self._reads.selected(state, "OutputPath", given, place)

    def _output(self, state: State, place: str, raw: Shape, given: Shape) -> Shape:
        if state.get("Type") == "Map":
            result = self._map(state, place, given)
        else:
            effective = self._reads.template(state, "Parameters", given, place)
            result = self._result(state, place, effective)
        if "ResultSelector" in state:
            known = {MARKED: self._failed_items[place]} if place in self._failed_items else {}
            result = self._reads.template(state, "ResultSelector", result, place, known=known)
        return self._reads.selected(
            state, "OutputPath", put(raw, state.get("ResultPath", "$"), result), place
        )

    def _result(self, state: State, place: str, effective: Shape) -> Shape:
        kind = state.get("Type")
        if kind == "Pass" and "Result" in state:
            return shape_of_value(state["Result"])
        if kind == "Parallel":
            ended = [
                self._scope(scope_of(inner, at), effective) for at, inner in inner_programs(state, place)
            ]
            branches = [joined(outputs.values()) for outputs in ended]
            return Shape(item=joined(branches), present=frozenset(range(len(branches))))
        if kind == "Task":
            return self._task(state, place)
        return effective

    def _map(self, state: State, place: str, given: Shape) -> Shape:
        path = str(state.get("ItemsPath", "$"))
        self._reads.check(place, "ItemsPath", path, given)
        item = given.possibly_at(parse_path(path).steps).item or ANY
        for member in ("Parameters", "ItemSelector"):
            if member in state:
                item = self._reads.template(state, member, given, place, known={ITEM: item})
        outputs: dict[str, Shape] = {}
        for at, inner in inner_programs(state, place):
            scope = scope_of(inner, at)
            outputs = self._scope(scope, item)
            failed = [output for name, output in outputs.items() if marks(scope.states[name])]
            self._failed_items[place] = Shape(item=joined(output.possibly_at((MARK,)) for output in failed))
        return Shape(item=joined(outputs.values()))

    def _task(self, state: State, place: str) -> Shape:
        resource = str(state.get("Resource"))
        if resource == LAMBDA:
            function = str((state.get("Parameters") or {}).get("FunctionName"))
            answer = self._answer_of(function)
            if answer is None:
                self._fault(place, f"Parameters.FunctionName: nobody knows what {function} answers")
            return members(ExecutedVersion=ANY, Payload=answer or ANY, StatusCode=ANY)
        return STARTED if resource.startswith("arn:aws:states:::states:startExecution") else ANY
