"""A source is YAML with anchors behind a preamble; what is wrong with it is told with its line."""

from pathlib import Path

import pytest

from toban.machines.source import SourceInvalid, compiled, sources, write

PREAMBLE = "Shared:\n  Wait: &wait {Type: Wait, Seconds: 5}\n"


def folder(tmp_path: Path, text: str, preamble: str = PREAMBLE) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "source/_shared.yaml").write_text(preamble)
    (tmp_path / "source/one.yaml").write_text(text)
    return tmp_path


def test_anchors_are_resolved_and_the_preamble_stays_out(tmp_path: Path) -> None:
    here = folder(tmp_path, "StartAt: A\nStates:\n  A: {<<: *wait, Seconds: 7, End: true}\n")
    assert compiled(sources(here)[0]) == {
        "StartAt": "A",
        "States": {"A": {"Type": "Wait", "Seconds": 7, "End": True}},
    }


def test_what_is_written_is_written_once(tmp_path: Path) -> None:
    here = folder(tmp_path, "StartAt: A\nStates: {A: {Type: Succeed}}\n")
    assert write(here) == [here / "one.asl.json"]
    assert write(here) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("StartAt: A\nStates:\n  A: *nobody\n", r"one.yaml:3: found undefined alias 'nobody'"),
        ("StartAt: A\nStates:\n  A: {Type: Pass}\n  A: {Type: Wait}\n", r"the key A is written twice"),
        ("StartAt: A\n", r"one.yaml: a machine has States"),
    ],
)
def test_a_source_that_is_wrong_is_refused_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SourceInvalid, match=told):
        compiled(sources(folder(tmp_path, text))[0])


def test_a_preamble_is_one_mapping_below_its_key(tmp_path: Path) -> None:
    here = folder(tmp_path, "StartAt: A\nStates: {A: {Type: Succeed}}\n", preamble="Other: {}\n")
    with pytest.raises(SourceInvalid, match="the preamble is a mapping below the key Shared"):
        compiled(sources(here)[0])
