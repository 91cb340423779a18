"""Lists the shipped experiments: what each does, who must say yes, and what a passing run proves."""

from __future__ import annotations

from functions.chaos.bundled import bundled_experiments
from functions.chaos.policy.catalogue import FAULTS, GRAVE


def rows() -> list[dict[str, str | list[str]]]:
    """Returns a row a fault, in the order of the catalogue."""
    known = bundled_experiments()
    return [
        {
            "name": fault.name,
            "does": fault.what,
            "proves": fault.proves,
            "how": fault.how,
            "ends": fault.reverts,
            "approval": "always" if fault.unit in GRAVE else "outside dev",
            "parameters": [*fault.parameters],
            "document": known[fault.name].name,
        }
        for fault in FAULTS.values()
    ]
