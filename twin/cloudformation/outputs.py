"""Checks a template's outputs: their parts, their values, and that nobody else exports the same name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin.cloudformation.scope import suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from twin.cloudformation.intrinsics import Resolver
    from twin.cloudformation.places import Route
    from twin.cloudformation.problems import Problems

KEYS = {"Condition", "Description", "Export", "Value"}


@dataclass
class Exports:
    """Which names are exported: by any stack, by the one that is checked, and by its outputs so far."""

    of_all: Collection[str]
    owned: Collection[str]
    seen: set[str] = field(default_factory=set)

    def take(self, name: str) -> str | None:
        """Takes a name for one output; returns why it is not free, or else None."""
        if name in self.of_all and name not in self.owned:
            return f"another stack exports {name} already: rename it"
        if name in self.seen:
            return f"another output exports {name} already: rename it"
        self.seen.add(name)
        return None


def check_outputs(
    template: Mapping[str, Any], resolver: Resolver, problems: Problems, exports: Exports
) -> None:
    """Reports what is wrong with each output that its condition lets be."""
    for name, output in template.get("Outputs", {}).items():
        route: Route = ("Outputs", name)
        if not isinstance(output, dict):
            problems.add(route, "an output is a mapping with a Value: write one")
            continue
        if not resolver.applies(output, route):
            continue
        for key in sorted(set(output) - KEYS):
            problems.add((*route, key), f"{key} is no part of an output{suggestion(key, KEYS)}")
        if "Value" not in output:
            problems.add(route, "an output needs a Value: add it")
            continue
        value = resolver.resolve(output["Value"], (*route, "Value"))
        if isinstance(value, dict | list):
            problems.add((*route, "Value"), "an output's Value must be text: join a list first")
        if "Export" in output:
            at = (*route, "Export")
            export = resolver.resolve(output["Export"], at)
            chosen = export.get("Name") if isinstance(export, dict) else None
            wrong = (
                exports.take(chosen) if isinstance(chosen, str) else "an Export needs a Name: add it as text"
            )
            if wrong:
                problems.add(at, wrong)
