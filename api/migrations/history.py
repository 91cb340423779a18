"""The names of the migrations, read without Alembic, which would cost every replica time and memory."""

from __future__ import annotations

import re
from pathlib import Path

_NAMED = re.compile(r'^(down_)?revision = "?(\w+)"?$', re.MULTILINE)


def revisions() -> tuple[str, ...]:
    """Returns every revision of this code's history, the oldest first.

    Raises:
        RuntimeError: if the history is empty or has forked.
    """
    after: dict[str, str] = {}
    for file in (Path(__file__).parent / "versions").glob("[0-9]*.py"):
        named = {bool(down): name for down, name in _NAMED.findall(file.read_text(encoding="utf-8"))}
        if named[True] in after:
            raise RuntimeError(
                f"two migrations follow {named[True]}: {after[named[True]]} and {named[False]}"
            )
        after[named[True]] = named[False]
    found: list[str] = []
    at = "None"
    while at in after:
        at = after.pop(at)
        found.append(at)
    if after or not found:
        raise RuntimeError(f"the history of migrations is broken: nothing leads to {sorted(after.values())}")
    return tuple(found)
