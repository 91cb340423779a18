"""The house is kept: rooms of one size, arrows that never turn back, one voice and one width."""

from __future__ import annotations

import itertools
import statistics
import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.contracts.house import (
    ROOT,
    Module,
    circle,
    evaluates_annotations_needlessly,
    imports,
    lists_its_names,
    long_functions,
    modules,
    promising_docstrings,
)

if TYPE_CHECKING:
    from pathlib import Path

ROOMS = ["functions", "twin", "toban", "api"]
MOST_LINES = 200
MEDIAN_LINES = 80
MOST_LINES_OF_A_FUNCTION = 60
WIDTH = 110


@pytest.mark.parametrize("room", ROOMS)
def test_modules_fit_on_a_few_screens(room: str) -> None:
    long = [f"{module.path}: {module.lines}" for module in modules(room) if module.lines > MOST_LINES]

    assert not long, "two rooms in one? " + ", ".join(long)


def test_most_modules_fit_on_one_screen() -> None:
    assert statistics.median(module.lines for module in modules(*ROOMS)) <= MEDIAN_LINES


@pytest.mark.parametrize("room", ROOMS)
def test_functions_fit_on_a_screen(room: str) -> None:
    long = [place for module in modules(room) for place in long_functions(module, MOST_LINES_OF_A_FUNCTION)]

    assert not long, "\n".join(long)


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_imports_itself_by_way_of_others(room: str) -> None:
    """An import for types alone or inside a function counts: it shows two rooms in one as any other does."""
    found = circle(imports(modules(room)))

    assert not found, " imports ".join(found)


@pytest.mark.parametrize("room", [*ROOMS, "bench", "tests"])
def test_docstrings_say_what_a_thing_does_and_promise_nothing(room: str) -> None:
    promises = [place for module in modules(room) for place in promising_docstrings(module)]

    assert not promises, "\n".join(promises)


@pytest.mark.parametrize("room", [*ROOMS, "bench"])
def test_annotations_that_nothing_reads_are_not_evaluated(room: str) -> None:
    evaluated = [module.path for module in modules(room) if evaluates_annotations_needlessly(module)]

    assert not evaluated, "without `from __future__ import annotations`: " + ", ".join(evaluated)


@pytest.mark.parametrize("room", [*ROOMS, "bench", "tests"])
def test_only_a_packages_door_lists_its_names(room: str) -> None:
    listing = [module.path for module in modules(room) if not module.is_package and lists_its_names(module)]

    assert not listing, "with an `__all__`: " + ", ".join(listing)


def test_code_prose_and_messages_share_one_width() -> None:
    """Ruff measures the lines, so it need only be told one number; exceptions stand beside their lines."""
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]

    assert ruff["line-length"] == ruff["lint"]["pycodestyle"]["max-line-length"] == WIDTH
    assert "E501" not in [rule for rules in ruff["lint"]["per-file-ignores"].values() for rule in rules]


# What the checks above would find, planted.


def planted(folder: Path, files: dict[str, str]) -> list[Module]:
    for name, text in files.items():
        (folder / "room" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "room" / name).write_text(text, encoding="utf-8")
    return modules("room", root=folder)


@pytest.mark.parametrize(
    "back",
    [
        "from room.first import thing",
        "import room.first",
        "from room import first",
        "from . import first",
        "from .first import thing",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from room.first import thing",
        "def late():\n    from room.first import thing",
    ],
)
def test_a_circle_is_found_whatever_the_import_looks_like(back: str, tmp_path: Path) -> None:
    files = {
        "__init__.py": '"""A room."""',
        "first.py": "from room.second import other",
        "second.py": "import room.third",
        "third.py": back,
    }
    found = circle(imports(planted(tmp_path, files)))

    assert found[0] == found[-1]
    assert set(itertools.pairwise(found)) == {
        ("room.first", "room.second"),
        ("room.second", "room.third"),
        ("room.third", "room.first"),
    }


def test_a_package_and_its_own_module_make_a_circle_by_name_alone(tmp_path: Path) -> None:
    files = {
        "sub/__init__.py": "from room.sub.inner import thing",
        "sub/inner.py": "from room.sub import other",
        "user.py": "from room.sub import inner",
    }
    graph = imports(planted(tmp_path, files))

    assert graph["room.user"] == {"room.sub.inner"}
    assert set(circle(graph)) == {"room.sub", "room.sub.inner"}


def test_a_room_without_a_circle_has_none(tmp_path: Path) -> None:
    files = {
        "first.py": "from room import second, third",
        "second.py": "import room.third",
        "third.py": "import ast",
    }

    assert circle(imports(planted(tmp_path, files))) == []


def test_long_functions_are_found_wherever_they_stand(tmp_path: Path) -> None:
    body = "    pass\n" * 3
    text = f"def short():\n{body}\nclass Thing:\n  @property\n  async def long(self):\n    pass\n{body}"
    [module] = planted(tmp_path, {"module.py": text})

    assert list(long_functions(module, 4)) == ["room/module.py:8: long has 5 lines"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"""Will sign."""', True),
        ('def sign():\n    """This function will sign."""', True),
        ('class Key:\n    """This class holds a key."""', True),
        ('def sign():\n    """This method signs."""', True),
        ('LEASE = 5\n"""Will end."""', True),
        ('def sign():\n    """Signs a token, which will end."""\n    return "Will "', False),
    ],
)
def test_a_docstring_that_promises_is_found(text: str, found: bool, tmp_path: Path) -> None:  # noqa: FBT001 -- a column
    [module] = planted(tmp_path, {"module.py": text})

    assert bool(list(promising_docstrings(module))) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def of(name: str) -> str: ...", True),
        ("async def of() -> str: ...", True),
        ("LEASE: int = 5", True),
        ("from __future__ import annotations\nLEASE: int = 5", False),
        ("from __future__ import division\nLEASE: int = 5", True),
        ("LEASE = 5", False),
        ("import typer\nLEASE: int = 5", False),
        ("from fastapi.routing import Route\nLEASE: int = 5", False),
        ("class Lock(NamedTuple):\n    owner: str", False),
    ],
)
def test_annotations_evaluated_for_nobody_are_found(text: str, found: bool, tmp_path: Path) -> None:  # noqa: FBT001 -- a column
    [module] = planted(tmp_path, {"module.py": text})

    assert evaluates_annotations_needlessly(module) == found


def test_a_list_of_names_is_found(tmp_path: Path) -> None:
    [with_one, without] = planted(tmp_path, {"a.py": "__all__ = ['of']", "b.py": "print(__all__)"})

    assert lists_its_names(with_one)
    assert not lists_its_names(without)
