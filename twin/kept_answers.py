"""Keeps on disk what takes long to work out and follows from its question alone, in a person's cache folder.

An answer lies under the hash of its question; a file that cannot be read or written is as none, and what JSON
cannot hold is worked out each time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 64
"""Answers of a kind that are kept; the oldest go first."""


def kept(kind: str, question: Any, answer: Callable[[], Any]) -> Any:
    """Returns the answer to a question, worked out at most once on this machine.

    Args:
        kind: The name of its folder.
        question: All that the answer depends on, versions of programs included; order counts.
        answer: Works it out; an error is kept by nobody.
    """
    try:
        text = json.dumps([kind, question])
    except (TypeError, ValueError):
        return answer()
    folder = _folder(kind)
    file = folder / f"{hashlib.sha256(text.encode()).hexdigest()}.json"
    with contextlib.suppress(OSError, ValueError):
        return json.loads(file.read_text(encoding="utf-8"))
    found = answer()
    try:
        written = json.dumps(found)
    except (TypeError, ValueError):
        return found
    with contextlib.suppress(OSError):
        _write(folder, file, written)
    return json.loads(written)


def _folder(kind: str) -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "toban" / kind


def _write(folder: Path, file: Path, written: str) -> None:
    """Writes a file whole, for others may read it meanwhile, and lets the oldest ones go."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as part:
        part.write(written)
    Path(name).replace(file)
    for old in sorted(folder.glob("*.json"), key=lambda each: each.stat().st_mtime)[:-MOST]:
        old.unlink(missing_ok=True)
