"""Writes the machines' JSON from its source: ASL in YAML with anchors, behind one shared preamble."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
MACHINES = ROOT / "statemachines"
"""Where the JSON lies that ships; `source/` below it holds the YAML."""

PREAMBLE = "_shared.yaml"
SHARED = "Shared"
"""The preamble's one key; its anchors are used, itself it does not reach the JSON."""


class _Loader(yaml.SafeLoader):
    """Reads YAML and refuses a key that is written twice, such as two states of one name."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's own signature
        keys = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        # A mapping whose merges are resolved is read again, with what they brought before its own keys.
        if twice is not None and not getattr(node, "merged", False):
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {twice} is written twice: keep one of them", node.start_mark
            )
        node.merged = True  # type: ignore[attr-defined]  # PyYAML's nodes carry what one puts on them
        return super().construct_mapping(node, deep)


class SourceInvalid(Exception):  # noqa: N818 - it reads as the sentence that a person sees
    """What is wrong with a source, with its place."""


def sources(folder: Path = MACHINES) -> list[Path]:
    """Returns every machine's source, in order of their names."""
    return sorted(path for path in (folder / "source").glob("*.yaml") if path.name != PREAMBLE)


def target_of(source: Path) -> Path:
    """Returns the JSON file that is written from a source."""
    return source.parent.parent / f"{source.stem}.asl.json"


def compiled(source: Path) -> dict[str, Any]:
    """Returns the machine that a source means, its anchors resolved.

    Raises:
        SourceInvalid: Preamble and source are no YAML together, or the source is no machine.
    """
    preamble = (source.parent / PREAMBLE).read_text(encoding="utf-8")
    text = source.read_text(encoding="utf-8")
    try:
        machine = yaml.load(f"{preamble}\n{text}", Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line - preamble.count("\n") if error.problem_mark else 1
        where = f"{source}:{line}" if line > 0 else str(source.parent / PREAMBLE)
        raise SourceInvalid(f"{where}: {error.problem}") from error
    if not isinstance(machine, dict) or SHARED not in machine:
        raise SourceInvalid(f"{source.parent / PREAMBLE}: the preamble is a mapping below the key {SHARED}")
    del machine[SHARED]
    if not isinstance(machine.get("States"), dict):
        raise SourceInvalid(f"{source}: a machine has States: write them")
    return machine


def text_of(source: Path) -> str:
    """Returns the JSON that belongs into a source's target."""
    return json.dumps(compiled(source), indent=2, ensure_ascii=False) + "\n"


def write(folder: Path = MACHINES) -> list[Path]:
    """Writes every machine's JSON anew and returns the files whose text changed."""
    changed = []
    for source in sources(folder):
        target, text = target_of(source), text_of(source)
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")
            changed.append(target)
    return changed
