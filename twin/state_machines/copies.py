"""Copies of JSON without Python's general copying, which would take a third of a quiet run's time.

moto's interpreter copies every input, output and event by `copy.deepcopy`. Nearly all of them are plain JSON,
for which no memory of shared parts is needed; whatever else turns up is copied as before.
"""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from twin.state_machines import moto_names as moto

if TYPE_CHECKING:
    from twin.patches import Patches

_FINAL = frozenset({str, int, float, bool, type(None)})


def patch(patches: Patches) -> None:
    """Lets moto's interpreter copy by `copied`."""
    quick = SimpleNamespace(deepcopy=copied)
    for module in moto.COPIERS:
        patches.set(module, "copy", quick)


def copied(value: Any) -> Any:
    """Returns a copy of a value to its depth."""
    kind = type(value)
    if kind in _FINAL:
        return value
    if kind is dict:
        return {key: copied(item) for key, item in value.items()}
    if kind is list:
        return [copied(item) for item in value]
    return copy.deepcopy(value)
