"""The list of broken promises fits the code: each change is still there to make, and can be read."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.fuzz.mutants import FEW, MUTANTS, ROOT, Mutant, noticed_by

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.breaks)
def test_a_mutant_changes_one_place_of_the_code_as_it_is(mutant: Mutant) -> None:
    text = (ROOT / "functions" / mutant.file).read_text("utf-8")
    assert mutant.old in text
    ast.parse(text.replace(mutant.old, mutant.new, 1))


@pytest.mark.parametrize("breaks", FEW)
def test_a_promise_that_is_broken_on_purpose_is_noticed(breaks: str, tmp_path: Path) -> None:
    [mutant] = [one for one in MUTANTS if one.breaks == breaks]
    assert noticed_by(mutant, tmp_path / "copy")


def test_every_promise_is_broken_at_least_once_and_in_many_places() -> None:
    assert len(MUTANTS) >= 25
    assert {int(mutant.breaks.split(":")[0]) for mutant in MUTANTS} == set(range(1, 12))
