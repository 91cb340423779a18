"""Reference paths: the one place in the input that a result goes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.state_machines.paths import path_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def reference_findings(value: Any, field: str, here: str) -> Iterator[str]:
    """Yields what is wrong with a ResultPath; null, or none, is right."""
    if value is None or (isinstance(value, str) and "${" in value):
        return
    path = path_of(value) if isinstance(value, str) else None
    if path is None or path.root != "$" or path.steps is None:
        yield f"{here}: {field} is {value!r}, which is no one place in the input."
