"""Cheaper copies for moto's interpreter, which copies every input, output and event by `copy.deepcopy`.

Nearly all of them are plain JSON; copied in general they would take a third of a quiet run's time.
"""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from twin.json_copies import clone
from twin.state_machines import moto_names as moto

if TYPE_CHECKING:
    from twin.patches import Patches


def patch(patches: Patches) -> None:
    """Lets moto's interpreter copy by `clone`, and look at a program's state without a copy to its depth."""
    quick = SimpleNamespace(deepcopy=clone)
    for module in moto.COPIERS:
        patches.set(module, "copy", quick)

    def program_state(env: Any) -> Any:
        # Who asks reads its kind and its error; nobody changes it.
        return copy.copy(env._program_state)

    patches.set(moto.environment.Environment, "program_state", program_state)
