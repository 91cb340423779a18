"""Reads the modules of the shipped rooms for what the house asks of each: lengths, imports, docstrings."""

from __future__ import annotations

import ast
import graphlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]

READERS = {"typer", "fastapi", "starlette", "pydantic", "pydantic_settings", "sqlalchemy"}
"""Libraries that read annotations while the program runs, where a text in their place may break them."""

PROMISES = ("Will ", "This function ", "This class ", "This method ", "This module ")
"""How no docstring begins: it says what a thing does, in the third person, and not that it is going to."""


class Module(NamedTuple):
    """A module's dotted name, its place in the repository, and its text."""

    name: str
    path: str
    text: str

    @property
    def lines(self) -> int:
        """Returns how many lines it has."""
        return len(self.text.splitlines())

    @property
    def tree(self) -> ast.Module:
        """Returns the parsed module."""
        return ast.parse(self.text)

    @property
    def is_package(self) -> bool:
        """Whether it is the door of a package."""
        return self.path.endswith("__init__.py")


def modules(*rooms: str, root: Path = ROOT) -> list[Module]:
    """Returns the modules of rooms that hold any code or prose, by path."""
    found = []
    for room in rooms:
        for path in sorted((root / room).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append(Module(name, str(path.relative_to(root)), path.read_text(encoding="utf-8")))
    return [module for module in found if module.text.strip()]


def long_functions(module: Module, most: int) -> Iterator[str]:
    """Yields the functions and methods of more lines than that, docstring included and decorators not."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > most:
                yield f"{module.path}:{node.lineno}: {node.name} has {lines} lines"


def promising_docstrings(module: Module) -> Iterator[str]:
    """Yields the docstrings that begin with a promise, those of attributes among them."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str() as text), lineno=line) if text.startswith(PROMISES):
                yield f"{module.path}:{line}: {text.splitlines()[0]}"


def evaluates_annotations_needlessly(module: Module) -> bool:
    """Tells of a module with annotations that nothing reads at run time, and without the future import.

    Named tuples and the libraries of `READERS` may read theirs; a module that has either decides for itself.
    """
    annotated = read = postponed = False
    for node in ast.walk(module.tree):
        match node:
            case ast.AnnAssign() | ast.arg(annotation=ast.expr()):
                annotated = True
            case ast.FunctionDef(returns=ast.expr()) | ast.AsyncFunctionDef(returns=ast.expr()):
                annotated = True
            case ast.ClassDef(bases=bases):
                read |= any(isinstance(base, ast.Name) and base.id == "NamedTuple" for base in bases)
            case ast.Import(names=aliases):
                read |= any(alias.name.split(".")[0] in READERS for alias in aliases)
            case ast.ImportFrom(module=str() as name, names=aliases):
                read |= name.split(".")[0] in READERS
                postponed |= name == "__future__" and any(alias.name == "annotations" for alias in aliases)
    return annotated and not read and not postponed


def lists_its_names(module: Module) -> bool:
    """Whether it has an `__all__`."""
    return any(
        isinstance(node, ast.Name) and node.id == "__all__" and isinstance(node.ctx, ast.Store)
        for node in ast.walk(module.tree)
    )


def imports(room: Iterable[Module]) -> dict[str, set[str]]:
    """Returns what each module imports of the others, for types alone and inside functions too."""
    known = {module.name: module for module in room}
    return {name: set(_imported(module, known)) - {name} for name, module in known.items()}


def _imported(module: Module, known: Mapping[str, Module]) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            source = _source(module, node)
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                if inner in known:
                    yield inner
                elif source in known:
                    yield source


def _source(module: Module, node: ast.ImportFrom) -> str:
    """Returns the dotted name that a `from` speaks of, with its leading dots resolved."""
    if not node.level:
        return node.module or ""
    package = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
    package = package[: len(package) - node.level + 1]
    return ".".join([*package, *([node.module] if node.module else [])])


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Returns a circle of imports in the order in which each imports the next, or an empty list."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        [_, found] = error.args
        return list(reversed(found))
    return []
