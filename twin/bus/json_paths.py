"""JSON paths as a target's input has them: `$.detail.names[0]`, `$.detail['a b']`, `$.detail.list[*].id`.

EventBridge user guide, "Using JSON path to reference values": dot and bracket notation; filters, slices and
functions are not offered.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STEP = re.compile(r"\.([^.\[\]*\s$]+)|\[(\d+)\]|\['([^']*)'\]|\[\"([^\"]*)\"\]|(\[\*\]|\.\*)")


class PathError(ValueError):
    """A path that a target's input cannot have; its text says why."""


@lru_cache(maxsize=1024)
def compile_path(path: str) -> Callable[[Any], Any]:
    """Returns what reads a path of an event; it answers None where the path leads nowhere.

    Raises:
        PathError: It is no such path.
    """
    steps: list[str | int | None] = []
    at = 1
    if not path.startswith("$"):
        raise PathError(f"the path {path!r} does not begin with $: correct it")
    while at < len(path):
        found = STEP.match(path, at)
        if not found:
            raise PathError(
                f"the path {path!r} is not understood at {path[at:]!r}: use $.name, [0], ['name'] and [*]"
            )
        name, index, single, double, every = found.groups()
        key = next((each for each in (name, single, double) if each is not None), None)
        steps.append(None if every else int(index) if index is not None else key)
        at = found.end()
    return lambda event: _read(event, steps)


def _read(value: Any, steps: Sequence[str | int | None]) -> Any:
    for at, step in enumerate(steps):
        if step is None:
            items = (
                value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
            )
            found = [_read(item, steps[at + 1 :]) for item in items]
            return [item for item in found if item is not None] or None
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value
