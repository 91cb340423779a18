"""The previous releases run on today's schema: what each says to PostgreSQL is kept here and said again.

A release's file is frozen with it. While a version is not released its file follows the code:
`TOBAN_RECORD=1 python -m pytest tests/api/releases` writes it anew.
"""

from __future__ import annotations

import asyncio
import json
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.migrations import run
from api.migrations.history import revisions
from tests.api.releases.journey import Statement, outcomes, travelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.settings import Settings

HERE = Path(__file__).parent
VERSION = tomllib.loads((HERE.parents[2] / "pyproject.toml").read_text())["project"]["version"]
RELEASES = sorted(HERE.glob("*.json"))


def read(file: Path) -> tuple[str, list[Statement], list[object]]:
    """The revision that the release was made for, what it says, and what came of it then."""
    kept = json.loads(file.read_text())
    return kept["revision"], [Statement(found) for found in kept["said"]], kept["outcomes"]


async def test_this_versions_file_holds_what_its_code_says(
    settings_for: Callable[..., Settings],
    monkeypatch: pytest.MonkeyPatch,
    database_url: str,
    empty_database_url: str,
) -> None:
    said = await travelled(settings_for, monkeypatch, database_url)
    assert len({statement["sql"] for statement in said}) > 25
    file = HERE / f"{VERSION}.json"
    if os.environ.get("TOBAN_RECORD"):
        await _migrate(empty_database_url)
        found = {"revision": run.head(), "said": said, "outcomes": await outcomes(empty_database_url, said)}
        await _empty(empty_database_url)
        file.write_text(json.dumps(found, indent=1) + "\n")

    revision, kept, _ = read(file)

    assert revision == run.head(), (
        "the schema has moved: record again, or raise the version if this one is out"
    )
    assert {found["sql"] for found in kept} == {found["sql"] for found in said}, (
        "record again, or raise the version"
    )


@pytest.mark.parametrize("file", RELEASES, ids=lambda file: file.stem)
async def test_a_release_runs_on_its_own_schema_and_on_every_one_since(
    file: Path, empty_database_url: str
) -> None:
    revision, said, then = read(file)
    known = revisions()

    for later in known[known.index(revision) :]:
        await _migrate(empty_database_url, later)
        assert await outcomes(empty_database_url, said) == then, later
    await _empty(empty_database_url)


async def _migrate(url: str, revision: str = "head") -> None:
    await _empty(url)
    await asyncio.to_thread(run.upgrade, url, revision)  # Alembic brings a loop of its own


async def _empty(url: str) -> None:
    await asyncio.to_thread(run.downgrade, url, "base")
