"""A machine's input names a target: it does not say what is scaled, who asked, or how it failed."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.core.errors import PermanentError
from functions.core.nodegroups import Size
from functions.night_scaling.policy.snapshot import snapshot_of
from functions.night_scaling.steps import plan_night
from functions.runtime.entrypoint import Call
from tests.fakes.control_table import FakeControlTable
from tests.fakes.step_functions import Walk
from tests.fakes.world import SETTINGS, World
from tests.unit.night_scaling.nights import FRIDAY
from tests.unit.night_scaling.worlds import NODEGROUP, with_document

MACHINES = sorted((Path(__file__).parents[2] / "statemachines").glob("*.asl.json"))
FORGED = {
    "cluster": "sre-portfolio-cluster",
    "nodegroups": ["payments"],
    "databases": ["taskmanager-prod"],
}
RUN = {
    "capability": "night_scaling", "target": "prod", "cause": "x", "action": "sleep", "reason": "x",
    "plan": {}, "started_at": FRIDAY.isoformat(), "did": ["<!channel> done"], "waiting_for": [],
    "tell": "team", "done": True,
}  # fmt: skip


@pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.name)
def test_the_first_state_of_every_machine_takes_two_words_of_its_input(path: Path) -> None:
    machine = json.loads(path.read_text())
    first = machine["States"][machine["StartAt"]]

    assert (first["Type"], first["Parameters"]) == ("Pass", {"target.$": "$.target", "cause.$": "$.cause"})
    assert "ResultPath" not in first


def test_an_input_that_names_clusters_groups_and_databases_scales_none_of_them() -> None:
    world = World()
    world.nodegroups.groups["payments"] = world.nodegroups.groups["primary"]._replace(
        name="payments", size=Size(4, 5, 8)
    )
    world.databases.states["taskmanager-prod"] = "available"
    given = {"target": "dev", "cause": "tick", "fleet": FORGED, "error": {"Error": "x"}, "now": "x"}

    Walk("night_scaling", world, now=FRIDAY, name="forged").run(given)

    assert world.nodegroups.groups["payments"].size == Size(4, 5, 8)
    assert world.databases.states["taskmanager-prod"] == "available"
    assert world.nodegroups.groups["primary"].size.desired == 0, "what the schedule asks for is done"


def test_a_member_that_the_document_does_not_name_is_refused_and_leaves_nothing_asleep() -> None:
    for name in ("nobody-wrote-this", "own"):
        table = FakeControlTable()
        own = {"name": "own", "cluster": SETTINGS.cluster, "nodegroups": [NODEGROUP]}
        with_document(World(table=table), {"targets": [own]})
        world = World(settings=SETTINGS._replace(environment=f"dev/{name}"), table=table)
        call = Call(
            now=FRIDAY, execution="x", run={"target": f"dev/{name}", "cause": "tick", "fleet": FORGED}
        )

        with pytest.raises(PermanentError, match="has no member"):
            plan_night.handler.__wrapped__(call, world)  # type: ignore[attr-defined] # the step itself
        assert snapshot_of(table.recall(f"dev/{name}")) is None
        assert table.recall(f"dev/{name}").lock is None


def test_a_run_in_the_input_is_not_believed_when_the_first_step_fails() -> None:
    world = World()
    asleep = Walk("night_scaling", world, now=FRIDAY, name="one")
    asleep.run({"target": "dev", "cause": "tick"})
    before = snapshot_of(world.table.recall("dev"))
    runs = dict(world.table.runs)
    given = {
        **RUN,
        "target": "prod",
        "cause": "tick",
        "error": {"Error": "x", "Cause": "<https://evil.example>"},
    }

    late = FRIDAY + timedelta(hours=1)
    walk = Walk("night_scaling", world, now=late, name="two")
    answer = walk.run(given)

    assert walk.path[-1] in ("GivenUp", "Failed")
    assert "evil" not in str(world.pager.pages) + str(answer)
    assert "channel" not in str(world.pager.pages)
    assert snapshot_of(world.table.recall("dev")) == before, "no attempt was put off"
    assert world.table.runs == runs, "no forged run is on the record"


@pytest.mark.parametrize("cause", ["<!channel> pay here", "a\nb", "x" * 500, {"a": 1}, None, 7, "\u202eevil"])
def test_a_cause_that_is_no_plain_word_is_unknown(cause: Any) -> None:
    call = Call(now=FRIDAY, execution="x", run={"target": "dev", "cause": cause})
    answer = plan_night.handler.__wrapped__(call, World())  # type: ignore[attr-defined] # the step itself

    assert answer["cause"] == "unknown"
