"""One more capability, made from its name alone: all that is shared takes it without an edit elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.contracts import seventh

ROOT = Path(__file__).resolve().parents[2]
NAME = "lamp_post"
BIN = Path(sys.executable).parent
PLAYED = f"""
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from twin.world import open_world

NOW = datetime(2026, 12, 8, 3, 0, tzinfo=UTC)
with open_world(Path("template.yaml"), begin=NOW, seed=0) as world:
    table = world.control_table("dev")
    world.run_until(NOW + timedelta(minutes=20))
    lit = {{
        "note": dict(table.recall("dev").note("{NAME}/on").values),
        "locked": table.recall("dev").lock is not None,
        "pages": len(list(world.timeline.of("page"))),
    }}
    table.delete_note("dev", "{NAME}/on", over=table.recall("dev").note("{NAME}/on").revision)
    table.write_note("dev", "{NAME}/broken", {{"since": "now"}}, over=0)
    world.run_until(NOW + timedelta(minutes=60))
    states = world.account.client("stepfunctions")
    [machine] = [
        found["stateMachineArn"]
        for found in states.list_state_machines()["stateMachines"]
        if found["name"] == "toban-dev-{NAME.replace("_", "-")}"
    ]
    given = json.dumps({{"target": "dev", "cause": "a person"}})
    states.start_execution(stateMachineArn=f"{{machine}}:live", input=given)
    world.run_until(NOW + timedelta(minutes=61))
    entries = [(entry.kind, entry.subject, entry.what, entry.why) for entry in world.timeline]
    executions = states.list_executions(stateMachineArn=machine)["executions"]
    print(json.dumps({{
        "lit": lit,
        "statuses": sorted({{found["status"] for found in executions}}),
        "locked": table.recall("dev").lock is not None,
        "pages": [entry for entry in entries if entry[0] == "page"],
        "events": sorted({{entry[1] for entry in entries if entry[0] == "event"}}),
        "told": [told["sentence"] for told in table.recall("dev").pages.values()],
    }}))
"""


def told(*arguments: str, cwd: Path) -> str:
    """Runs a command in the copy, with the copy's own modules; returns what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(cwd), "PYTHONDONTWRITEBYTECODE": "1"}
    answer = subprocess.run(  # noqa: S603 - our own tools
        arguments, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout[-4000:] + answer.stderr[-4000:]
    return answer.stdout


def toban(*arguments: str, cwd: Path) -> str:
    words = ["toban", *arguments]
    program = f"import sys; from toban.main import run; sys.argv = {words!r}; run()"
    return told(sys.executable, "-c", program, cwd=cwd)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with one capability more."""
    root = seventh.copy_of_the_repository(tmp_path_factory.mktemp("seventh"))
    (root / ".tools").symlink_to(ROOT / ".tools")
    seventh.make(root, NAME)
    toban("machines", "write", cwd=root)
    return root


def test_its_machine_is_proven_like_every_other(copy: Path) -> None:
    assert "no fault found" in toban("machines", "check", cwd=copy)


def test_its_template_deploys_with_the_roots(copy: Path) -> None:
    before = toban("twin", "check", cwd=ROOT)
    after = toban("twin", "check", cwd=copy)
    assert "no problem found" in after
    assert int(after.split()[1]) > int(before.split()[1])


def test_its_command_is_found(copy: Path) -> None:
    assert NAME in toban("--help", cwd=copy)
    assert toban(NAME, "explain", cwd=copy) == "switch because it is off\n"


def test_names_line_up_linters_find_nothing_and_machines_hold(copy: Path) -> None:
    suites = ("test_control_plane.py", "test_machines.py")
    paths = [f"tests/contracts/{suite}" for suite in suites]
    output = told(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *paths, cwd=copy)
    assert NAME in told(sys.executable, "-m", "pytest", "--collect-only", "-q", *paths, cwd=copy)
    assert " passed" in output


def test_the_layers_hold_for_it_and_break_with_it(copy: Path) -> None:
    assert "0 broken" in told(str(BIN / "lint-imports"), "--no-cache", cwd=copy)
    policy = copy / f"functions/{NAME}/policy/decision.py"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(f"{text}\nimport functions.night_scaling.policy.ledger\n", encoding="utf-8")
    try:
        with pytest.raises(AssertionError, match="Capabilities, found by their steps"):
            told(str(BIN / "lint-imports"), "--no-cache", cwd=copy)
    finally:
        policy.write_text(text, encoding="utf-8")


def test_it_runs_ends_gives_up_and_pages_through_what_is_shared(copy: Path) -> None:
    played: dict[str, Any] = json.loads(told(sys.executable, "-c", PLAYED, cwd=copy).splitlines()[-1])

    assert played["lit"] == {"note": {"on": True}, "locked": False, "pages": 0}, "table and lock take it"
    assert f"toban.{NAME}" in played["events"], "the bus takes it"
    assert played["statuses"] == ["FAILED", "SUCCEEDED"]
    [page] = played["pages"]
    assert page[2] == "Toban dev: lamp post switch was given up", "it is paged once, and not again by a rule"
    assert "the bulb is broken: buy another." in page[3]
    assert played["told"] == ["Toban dev: lamp post switch was given up"]
    assert played["locked"] is False


def test_only_its_own_files_and_one_block_in_the_root_are_new(copy: Path) -> None:
    own = {seventh.filled(path, {"name": NAME}) for path in {**seventh.FUNCTIONS, **seventh.AROUND}}
    written = f"statemachines/{NAME}.asl.json"
    for path in copy.rglob("*"):
        name = str(path.relative_to(copy))
        if path.is_file() and "__pycache__" not in name and not name.startswith(("build/", ".")):
            if name in {*own, written} or name.startswith("tests/contracts/__"):
                continue
            same = path.read_bytes() == (ROOT / name).read_bytes()
            assert same or name == "template.yaml", f"{name} had to be changed"
