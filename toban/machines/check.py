"""Checks the machines that ship: each one's definition by itself, and what the templates give it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from toban.machines.bindings import answer_of, binding_of, check_bindings
from toban.machines.graph import Fault
from toban.machines.proofs import faults_of
from toban.machines.source import MACHINES

if TYPE_CHECKING:
    from pathlib import Path

    from toban.machines.shapes import Shape


def machines() -> list[Path]:
    """Returns the definitions that ship, in order of their names."""
    return sorted(MACHINES.glob("*.asl.json"))


def check(definition: Path) -> list[Fault]:
    """Returns what is wrong with a machine as its file and its template have it, in our words."""
    name = definition.name.removesuffix(".asl.json")
    text = definition.read_text(encoding="utf-8")
    try:
        machine = json.loads(text)
    except ValueError as error:
        return [Fault(name, "the machine", f"it is no JSON: {error}")]
    if not isinstance(machine, dict):
        return [Fault(name, "the machine", "it is no mapping of StartAt and States")]
    binding = binding_of(definition)
    if binding is None:
        return [Fault(name, "the machine", "no template deploys it")]
    bound = binding

    def answer(function_name: str) -> Shape | None:
        handler = bound.handler(function_name)
        return answer_of(handler) if handler else None

    return [*faults_of(name, machine, answer), *check_bindings(name, machine, text, binding)]
