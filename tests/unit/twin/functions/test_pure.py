"""What simulated functions share must keep no state, or one function would see another's."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from twin.functions.container import _PURE

CORE = Path(__file__).resolve().parents[4] / "functions" / _PURE
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
MAKERS = {"list", "dict", "set", "defaultdict", "Counter", "deque", "bytearray"}
CACHES = {"cache", "lru_cache", "cached_property"}


def states(text: str) -> list[str]:
    """Returns what in a module could remember something between two calls."""
    module = ast.parse(text)
    found = []
    for node in module.body:
        value = getattr(node, "value", None)
        called = value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
        if isinstance(node, ast.Assign | ast.AnnAssign) and (isinstance(value, MUTABLE) or called in MAKERS):
            found.append(ast.unparse(node))
    found += [
        ast.unparse(node)
        for node in ast.walk(module)
        if isinstance(node, ast.Global) or (isinstance(node, ast.Name) and node.id in CACHES)
    ]
    return [text for text in found if not text.startswith("__all__")]


@pytest.mark.parametrize("path", sorted(CORE.rglob("*.py")), ids=lambda path: str(path.relative_to(CORE)))
def test_a_module_that_functions_share_keeps_nothing(path: Path) -> None:
    assert states(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "SEEN = {}",
        "SEEN: list[str] = []",
        "SEEN = set()",
        "@cache\ndef f(): ...",
        "def f():\n    global x\n    x = 1",
    ],
)
def test_what_could_remember_is_found(text: str) -> None:
    assert states(text)
