"""What a state's paths and payload templates read of a value, and what they make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toban.machines.json_paths import PathInvalid, known_in_context, parse_path, paths_in, reads_of_template
from toban.machines.shapes import ANY, Shape, members, shape_of_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toban.machines.graph import State


class Reads:
    """Checks each read of one machine.

    Args:
        complain: Is given the place of a state, and what is wrong with one of its reads.
    """

    def __init__(self, complain: Callable[[str, str], None]) -> None:
        self._complain = complain

    def check(self, place: str, member: str, text: str, shape: Shape) -> None:
        """Complains of each path in an expression that is not certain to be there."""
        try:
            paths = list(paths_in(text))
        except PathInvalid as problem:
            self._complain(place, f"{member}: {problem}")
            return
        for path in paths:
            if path.context:
                if not known_in_context(path):
                    self._complain(place, f"{member}: the context object has no {path.text}")
            elif shape.at(path.steps) is None:
                self._complain(place, f"{member}: {path.text} is not written on every way here")

    def selected(self, state: State, member: str, shape: Shape, place: str) -> Shape:
        """Returns what InputPath or OutputPath selects."""
        if member not in state:
            return shape
        if state[member] is None:
            return members()
        self.check(place, member, str(state[member]), shape)
        return value_of(str(state[member]), shape)

    def template(
        self,
        state: State,
        member: str,
        given: Shape,
        place: str,
        *,
        known: Mapping[str, Shape] | None = None,
    ) -> Shape:
        """Returns what a payload template builds; what it is given when the state has none.

        `known` is the shape of an expression's value, where more is known than its paths tell.
        """
        template = state.get(member)
        if template is None:
            return given
        for key, text in reads_of_template(template):
            self.check(place, f"{member}.{key}", text, given)
        return _built(template, given, known or {})


def _built(template: Any, given: Shape, known: Mapping[str, Shape]) -> Shape:
    if not isinstance(template, dict):
        return shape_of_value(template)
    built = {}
    for key, value in template.items():
        if str(key).endswith(".$"):
            built[str(key)[:-2]] = known.get(str(value)) or value_of(str(value), given)
        else:
            built[str(key)] = _built(value, given, known)
    return Shape(members=built)


def value_of(text: str, shape: Shape) -> Shape:
    """Returns the shape of an expression's value; of an intrinsic function's nothing is known."""
    if not text.startswith("$"):
        return ANY
    try:
        path = parse_path(text)
    except PathInvalid:
        return ANY
    if path.context:
        return ANY
    value = shape.possibly_at(path.steps)
    return Shape(item=value.item or ANY) if path.selects else value


def put(raw: Shape, path: str | None, result: Shape) -> Shape:
    """Returns a state's input with its result at a path; None keeps the input alone, `$` the result alone."""
    return raw if path is None else raw.having(parse_path(path).steps, result)
