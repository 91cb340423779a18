"""A contract for import-linter: capabilities, found by `steps`, are independent and keep their floors."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from grimp import Layer
from importlinter import Contract, ContractCheck, fields, output

if TYPE_CHECKING:
    from grimp import ImportGraph, PackageDependency

FLOORS = ("steps", "actions", ("contract", "ports"), "bundled", "policy", "schedule")
"""What a capability consists of, the upper floors first; each may import what stands below it."""
BELOW = ("runs", "runtime", "adapters", "core")
"""What every capability stands on, the upper first. `runs` has steps as well and is none."""


class CapabilitiesContract(Contract):
    """Capabilities do not import each other, stand on what is below all, and have their floors in order.

    They are found, not listed: the next one is held to this by being there.
    """

    type_name = "capabilities"

    package = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 - import-linter's
        """Looks for imports that go up or across."""
        found = capabilities(graph, str(self.package))
        layers = [Layer(*found), *(Layer(f"{self.package}.{name}") for name in BELOW)]
        broken = set(graph.find_illegal_dependencies_for_layers(layers=layers))
        floors = [Layer(*floor) if isinstance(floor, tuple) else Layer(floor) for floor in FLOORS]
        broken |= graph.find_illegal_dependencies_for_layers(layers=floors, containers=set(found))
        return ContractCheck(kept=bool(found) and not broken, metadata={"broken": broken, "found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Prints who imports whom, by which way."""
        if not check.metadata["found"]:
            output.print(f"{self.package} has no capability: is this the right package?")
        for dependency in cast("set[PackageDependency]", check.metadata["broken"]):
            output.print(f"{dependency.importer} must not import {dependency.imported}:")
            for route in dependency.routes:
                output.print(f"  {' -> '.join([*sorted(route.heads), *route.middle, *sorted(route.tails)])}")


def capabilities(graph: ImportGraph, package: str) -> list[str]:
    """Returns the packages that have steps, `runs` apart, by name."""
    packages = (module for module in graph.find_children(package) if f"{module}.steps" in graph.modules)
    return sorted(module for module in packages if module != f"{package}.runs")
