"""CI runs a person's verb on the machine's oldest supported Python, and the unit tests on its newest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECORDER = """#!/bin/sh
echo "CI=$CI make $*" >>"$CALLS"
case "$*" in *"$FAILING"*) exit 2 ;; esac
"""


class Machine:
    """A machine that has no Pythons but those given to it, and a `make` that only takes notes."""

    def __init__(self, folder: Path) -> None:
        self.calls = folder / "calls"
        self.calls.touch()
        self.folders: list[Path] = []
        self.folder = folder
        self._program("make", RECORDER)
        self.environment = {"HOME": str(folder), "CALLS": str(self.calls), "FAILING": "nothing"}

    def _program(self, name: str, text: str) -> None:
        """Writes a program into a folder of its own at the end of the path."""
        self.folders.append(self.folder / f"bin-{len(self.folders)}")
        self.folders[-1].mkdir()
        program = self.folders[-1] / name
        program.write_text(text)
        program.chmod(0o755)

    def install(self, name: str, answer: str = "", *, code: int = 0, real: str = "") -> None:
        """Adds a Python that answers what a real one of that version would, or `real`, a line of shell."""
        self._program(name, f"#!/bin/sh\n{real}\necho '{answer}'\nexit {code}\n")

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([*map(str, self.folders), *_tools(self.folder)])
        return subprocess.run(  # noqa: S603 -- a script of ours
            [ROOT / script],
            capture_output=True, text=True, check=False,
            env={**self.environment, "PATH": path},
        )  # fmt: skip


def _tools(folder: Path) -> list[str]:
    """Returns a folder with the few programs that the scripts themselves need, and no Python among them."""
    tools = folder / "tools"
    if not tools.is_dir():
        tools.mkdir()
        for name in ("sh", "sed", "sort", "tr", "dirname"):
            [found, *_] = [
                Path(place) / name for place in ("/bin", "/usr/bin") if (Path(place) / name).exists()
            ]
            (tools / name).symlink_to(found)
    return [str(tools)]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_ci_runs_the_same_verb_as_a_person(machine: Machine) -> None:
    machine.install("python3", "3.11.7 /opt/python3.11")

    assert machine.run(".ci/run").returncode == 0
    assert machine.calls.read_text().splitlines() == ["CI=true make test PYTHON=/opt/python3.11"]


def test_ci_takes_the_oldest_python_and_the_unit_tests_before_it_the_newest(machine: Machine) -> None:
    machine.install("python3.13", "3.13.0 /opt/python3.13")
    machine.install("python3", "3.11.7 /opt/python3.11")
    machine.install("python3.11", "3.11.2 /usr/bin/python3.11")

    assert machine.run(".ci/run").returncode == 0
    newest, oldest = machine.calls.read_text().splitlines()
    assert newest.startswith("CI=true make test PYTHON=/opt/python3.13 VENV=.venv-newest ")
    assert newest.endswith("tests/unit")
    assert oldest == "CI=true make test PYTHON=/usr/bin/python3.11"


@pytest.mark.parametrize(("failing", "calls"), [("/opt/python3.13", 1), ("/usr/bin/python3.11", 2)])
def test_ci_fails_when_either_run_fails_and_ends_with_it(machine: Machine, failing: str, calls: int) -> None:
    machine.install("python3.13", "3.13.0 /opt/python3.13")
    machine.install("python3.11", "3.11.2 /usr/bin/python3.11")
    machine.environment["FAILING"] = failing

    assert machine.run(".ci/run").returncode != 0
    assert len(machine.calls.read_text().splitlines()) == calls


def test_pythons_are_ordered_by_their_whole_version_and_named_once(machine: Machine) -> None:
    machine.install("python3.11", "3.11.10 /opt/a")
    machine.install("python3.11", "3.11.2 /opt/b")
    machine.install("python3", "3.11.2 /opt/b")
    machine.install("python3.13", "3.13.0 /opt/c")
    machine.install("python3.12", "3.12.11 /opt/d")

    assert machine.run(".ci/pythons").stdout.splitlines() == [
        "3.11.2 /opt/b",
        "3.11.10 /opt/a",
        "3.12.11 /opt/d",
        "3.13.0 /opt/c",
    ]


def test_a_python_that_does_not_start_or_makes_no_environments_is_left_out(machine: Machine) -> None:
    machine.install("python3.13", "pyenv: python3.13: command not found", code=127)
    machine.install("python3.12", "# /opt/d (3.12.11) is left out: it has no ensurepip")
    machine.install("python3", "3.11.7 /opt/a")

    answer = machine.run(".ci/pythons")

    assert answer.stdout.splitlines() == ["3.11.7 /opt/a"]
    assert answer.stderr.splitlines() == ["# /opt/d (3.12.11) is left out: it has no ensurepip"]


def test_a_real_python_is_known_by_its_version_and_path_and_asked_for_ensurepip(machine: Machine) -> None:
    real = Path(sys.executable).resolve()
    release = ".".join(map(str, sys.version_info[:3]))

    machine.install("python3", real=f'exec {real} "$@"')
    assert machine.run(".ci/pythons").stdout.splitlines() == [f"{release} {real}"]

    machine.install("python3", real=f"exec {real} -c \"import sys; sys.modules['ensurepip'] = None\n$2\"")
    assert machine.run(".ci/pythons").stderr == f"# {real} ({release}) is left out: it has no ensurepip\n"


FAKE_PYTHON = """#!/bin/sh
case "$1" in
  -m) rm -rf "$4"; mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; touch "$4/pyvenv.cfg" ;;
  *) echo NAME ;;
esac
"""


def test_an_environment_is_made_anew_for_another_python_and_for_no_other_reason(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_text(FAKE_PYTHON.replace("NAME", name))
        (tmp_path / name).chmod(0o755)

    def setting_up(*arguments: str) -> str:
        return subprocess.run(  # noqa: S603 -- ours; outside of the `make` that may run this test, whose PYTHON it would take
            ["make", "--file", ROOT / "Makefile", ".venv/pyvenv.cfg", *arguments],  # noqa: S607 -- make as installed
            cwd=tmp_path, capture_output=True, text=True, check=True,
            env={key: value for key, value in os.environ.items() if key not in {"MAKEFLAGS", "PYTHON"}},
        ).stdout  # fmt: skip

    assert "setting up .venv with one" in setting_up("PYTHON=./one")
    assert "setting up" not in setting_up("PYTHON=./one")
    assert "setting up .venv with two" in setting_up("PYTHON=./two")
    assert "setting up" not in setting_up()
