"""Every machine that ships is what its source says, and holds what `toban machines check` proves."""

import json
from pathlib import Path

import pytest

from toban.machines import check, source
from toban.machines.durations import longest_silence

MACHINES = check.machines()


@pytest.fixture(params=MACHINES, ids=[path.name.removesuffix(".asl.json") for path in MACHINES])
def machine(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_every_machine_is_checked_without_a_fault(machine: Path) -> None:
    assert [str(fault) for fault in check.check(machine)] == []


def test_every_machine_has_its_source_and_every_source_its_machine() -> None:
    assert [source.target_of(path) for path in source.sources()] == MACHINES


def test_the_json_is_what_the_source_says(machine: Path) -> None:
    written = next(path for path in source.sources() if source.target_of(path) == machine)
    assert machine.read_text() == source.text_of(written), "write it anew: toban machines write"
    assert source.SHARED not in json.loads(machine.read_text())


def test_a_machine_is_silent_for_less_long_than_it_may_run(machine: Path) -> None:
    definition = json.loads(machine.read_text())
    assert 0 < longest_silence(definition).total_seconds() < definition["TimeoutSeconds"]


def test_a_definition_that_no_template_deploys_is_refused(tmp_path: Path) -> None:
    lonely = tmp_path / "lonely.asl.json"
    lonely.write_text("{}")
    assert [str(fault) for fault in check.check(lonely)] == ["lonely: the machine: no template deploys it"]


@pytest.mark.parametrize("text", ["[]", "5", "null"])
def test_a_definition_that_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    odd = tmp_path / "odd.asl.json"
    odd.write_text(text)
    assert [str(fault) for fault in check.check(odd)] == [
        "odd: the machine: it is no mapping of StartAt and States"
    ]
