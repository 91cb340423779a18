"""What follows from its question alone is worked out once, and a broken file is as none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from twin.kept_answers import MOST, kept

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "toban" / "sums"


def test_the_same_question_is_worked_out_once_and_another_anew() -> None:
    asked: list[int] = []

    def ask(number: int) -> Any:
        def work() -> dict[str, int]:
            asked.append(number)
            return {"twice": 2 * number}

        return kept("sums", {"number": number}, work)

    assert [ask(1), ask(1), ask(2)] == [{"twice": 2}, {"twice": 2}, {"twice": 4}]
    assert asked == [1, 2]


def test_an_error_is_kept_by_nobody(folder: Path) -> None:
    def fail() -> Any:
        raise ValueError("refused")

    for _ in range(2):
        with pytest.raises(ValueError, match="refused"):
            kept("sums", 1, fail)
    assert not folder.exists()


def test_a_broken_file_is_as_none_and_is_replaced(folder: Path) -> None:
    kept("sums", 1, lambda: 2)
    [file] = folder.iterdir()
    file.write_text("{")
    assert kept("sums", 1, lambda: 2) == 2
    assert file.read_text() == "2"


def test_a_folder_that_cannot_be_written_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    assert kept("sums", 1, lambda: 2) == 2


def test_the_oldest_answers_go(folder: Path) -> None:
    for number in range(MOST + 3):
        kept("sums", number, lambda: 1)
    assert len(list(folder.iterdir())) == MOST


def test_what_json_cannot_hold_is_worked_out_each_time(folder: Path) -> None:
    assert kept("sums", {1, 2}, lambda: 3) == 3
    assert kept("sums", 1, lambda: {4}) == {4}
    assert not folder.exists()
