"""Wakes: in waves, with nodes from elsewhere without capacity, early enough, and a page when not ready."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.core.cluster import Bounds, ScaledObject, Workload
from functions.core.errors import PermanentError
from functions.core.nodegroups import Size
from functions.night_scaling.policy import lead, notices
from functions.night_scaling.policy.desired_capacity import pods_owed
from functions.night_scaling.policy.lead import ENOUGH, MARGIN, REMEMBERED, learned_lead, with_wake
from functions.night_scaling.policy.snapshot import Phase
from functions.night_scaling.policy.wake_order import next_wave
from tests.fakes.eks import FakeNodegroups
from tests.fakes.kubernetes import FakeCluster
from tests.fakes.world import SETTINGS, World
from tests.unit.night_scaling.nights import (
    EVENING,
    FRIDAY,
    MONDAY,
    MORNING,
    TICK,
    asleep,
    saved_capacity,
    tick,
)
from tests.unit.night_scaling.worlds import FALLBACK, with_document

STATEFUL = Workload("StatefulSet", "app", "search", 2)


def with_stateful(world: World) -> World:
    world.cluster.by_key[STATEFUL.key] = STATEFUL
    return world


def calls(world: World) -> tuple[World, list[str]]:
    seen: list[str] = []

    def note(name: str, effect: object) -> object:
        seen.append(name)
        return effect()  # type: ignore[operator] # the effect to let through

    return world.watched(note), seen


def test_kube_green_305_a_wake_brings_data_then_nodes_then_stateful_then_web() -> None:
    world = with_stateful(World())
    before = world.capacity()
    tick(world, FRIDAY)
    world.databases.slow = 3
    watched, seen = calls(world)
    walk = tick(watched, MONDAY)
    order = [name for name in seen if name.split(".")[0] in ("databases", "nodegroups", "cluster")]
    assert order[:2] == ["databases.start", "nodegroups.resize"]
    assert walk.path.count("WaitForWave") >= 2, "the data, then the stateful set, were waited for"
    assert world.capacity() == before


def test_web_waits_until_the_stateful_wave_is_ready() -> None:
    world = with_stateful(World())
    tick(world, FRIDAY)
    scaled: list[str] = []
    real = world.cluster.scale

    def scale(workload: Workload, replicas: int) -> None:
        scaled.append(workload.key)
        real(workload, replicas)

    world.cluster.scale = scale
    tick(world, MONDAY)
    assert scaled[0] == STATEFUL.key
    assert set(scaled[1:]) == {"Deployment app/api-service", "Deployment app/worker"}


def test_a_stateful_set_that_never_comes_does_not_keep_web_down_and_is_paged() -> None:
    world = with_stateful(World())
    tick(world, FRIDAY)
    world.cluster.unready.add(STATEFUL.key)
    walk = tick(world, MONDAY)
    assert world.cluster.by_key["Deployment app/worker"].replicas == 2
    assert walk.path[-1] == "GivenUp"
    assert "0 of 2 pods of StatefulSet app/search are ready" in world.pager.pages[0][1]


def test_instance_scheduler_321_no_spot_capacity_is_lent_by_the_fallback_until_the_next_sleep() -> None:
    world = spot_world()
    before = world.capacity()["sizes"]
    tick(world, FRIDAY)
    world.nodegroups.barren.add("spot")
    world.nodegroups.issues["spot"] = ("AsgInstanceLaunchFailures: no Spot capacity",)
    walk = tick(world, MONDAY)
    assert walk.path[-1] == "Done"
    assert world.nodegroups.groups["on-demand"].size == Size(1, 4, 6)
    assert world.nodegroups.groups["spot"].size == Size(2, 3, 6)
    event = world.announcer.events[-1][1]
    assert any("raised on-demand by 3 nodes in place of spot's" in did for did in event["did"])  # type: ignore[union-attr] # sentences
    assert not world.pager.pages
    world.nodegroups.barren.clear()
    world.nodegroups.resize("spot", Size(2, 3, 6))
    tick(world, MONDAY + timedelta(hours=15))
    tick(world, MONDAY + timedelta(days=1))
    assert world.capacity()["sizes"] == before


def spot_world() -> World:
    groups = FakeNodegroups({"spot": Size(2, 3, 6), "on-demand": Size(1, 1, 6)})
    settings = SETTINGS._replace(nodegroups=("spot", "on-demand"))
    world = World(settings=settings, nodegroups=groups, cluster=FakeCluster(groups, [], []))
    return with_document(world, FALLBACK)


def test_without_a_fallback_no_capacity_is_paged_with_what_eks_says() -> None:
    world = World()
    tick(world, FRIDAY)
    world.nodegroups.barren.add("primary")
    world.nodegroups.issues["primary"] = ("AsgInstanceLaunchFailures: no Spot capacity",)
    assert tick(world, MONDAY).path[-1] == "GivenUp"
    assert "no Spot capacity" in world.pager.pages[0][1]


def test_not_ready_at_the_opening_is_paged_once_and_again_on_another_day() -> None:
    world = World()
    tick(world, EVENING)
    world.cluster.unready.add("Deployment app/worker")
    opening = MORNING + timedelta(minutes=20)
    for at in (MORNING, MORNING + TICK, opening, opening + TICK, opening + 2 * TICK):
        tick(world, at)
    late = [message for subject, message in world.pager.pages if "not ready at opening" in subject]
    assert len(late) == 1
    assert "was to be ready at Wed 2026-11-25 08:00 (Asia/Tokyo) and is not" in late[0]
    world.cluster.unready.clear()
    tick(world, opening + 12 * TICK)
    assert saved_capacity(world) is None
    tick(world, opening + 13 * TICK)
    assert not [key for key in world.table.recall("dev").pages if key.startswith(notices.LATE)]


def test_the_lead_is_learned_from_slow_wakes_and_the_next_wake_begins_earlier() -> None:
    world = World()
    world.table.write_note("dev", lead.NOTE, {"seconds": [40 * 60] * ENOUGH}, over=0)
    tick(world, EVENING)
    assert tick(world, MORNING - timedelta(minutes=40)).path[-1] == "Quiet"
    walk = tick(world, MORNING - timedelta(minutes=30))
    assert walk.path[-1] == "Done"
    assert world.table.recall("dev").note(lead.NOTE).values["seconds"][:-1] == [40 * 60] * ENOUGH  # type: ignore[index] # a list


@given(stated=st.integers(0, 240), wakes=st.lists(st.integers(0, 7200), max_size=60))
def test_a_learned_lead_is_never_shorter_than_the_stated_one_and_covers_19_of_20_wakes(
    stated: int, wakes: list[int]
) -> None:
    lead = learned_lead(timedelta(minutes=stated), wakes)
    assert lead >= timedelta(minutes=stated)
    assert lead <= max(timedelta(minutes=stated), timedelta(hours=4))
    if len(wakes) >= ENOUGH:
        covered = sum(timedelta(seconds=each) + MARGIN <= lead + timedelta(minutes=1) for each in wakes)
        assert covered * 20 >= len(wakes) * 19 or lead == timedelta(hours=4)
    assert len(with_wake(wakes, 5)) <= REMEMBERED


@given(
    ready=st.integers(0, 3),
    status=st.sampled_from(["available", "starting", "stopped", None]),
    patient=st.booleans(),
)
def test_what_a_wave_leaves_out_is_always_waited_for(
    ready: int, status: str | None, *, patient: bool
) -> None:
    from functions.night_scaling.policy.models import DesiredCapacity  # noqa: PLC0415 - only this law builds one

    web = Workload("Deployment", "app", "web", 2)
    aim = DesiredCapacity({}, (STATEFUL, web), (), "running")
    now = (STATEFUL._replace(ready=ready), web)
    wave = next_wave(aim, workloads=now, databases={"db": status}, patient=patient)
    assert bool(wave.waiting_for) == (wave.desired != aim)
    assert patient or wave.desired == aim


def test_a_database_that_aws_starts_after_a_week_is_stopped_again_and_nothing_else_is_touched() -> None:
    world = World()
    world.table.place_hold(
        "dev",
        "x-1",
        {
            "kind": "sleep_now",
            "owner": "x",
            "reason": "holiday",
            "begins": FRIDAY.isoformat(),
            "expires": (FRIDAY + timedelta(days=20)).isoformat(),
            "mode": "stop",
            "target": None,
        },
        now=FRIDAY,
    )
    tick(world, FRIDAY)
    asleep(world)
    world.nodegroups.resize("primary", Size(0, 1, 6))  # a person looks at something
    world.databases.states["taskmanager-dev"] = "available"
    assert tick(world, FRIDAY + timedelta(days=3)).path[-1] == "Quiet", "before a week a person started it"
    week = FRIDAY + timedelta(days=7)
    walk = tick(world, week)
    assert "StopDatabases" in walk.path
    assert "DrainNodes" not in walk.path
    assert world.databases.states == {"taskmanager-dev": "stopped"}
    assert world.nodegroups.groups["primary"].size == Size(0, 1, 6)
    assert tick(world, week + TICK).path[-1] == "Quiet"
    snapshot = saved_capacity(world)
    assert (snapshot.phase, snapshot.settled_at >= week) == (Phase.ASLEEP, True)


def test_what_someone_scaled_by_hand_at_night_stays_and_the_reason_is_recorded() -> None:
    world = World()
    tick(world, EVENING)
    world.nodegroups.resize("primary", Size(2, 5, 6))
    worker = world.cluster.by_key["Deployment app/worker"]
    world.cluster.scale(worker, 4)
    assert tick(world, EVENING + timedelta(hours=3)).path[-1] == "Quiet"
    tick(world, MORNING)
    assert world.nodegroups.groups["primary"].size == Size(2, 5, 6)
    assert world.cluster.by_key["Deployment app/worker"].replicas == 4
    run = next(run for run in world.table.runs.values() if run["action"] == "wake")
    assert [did for did in run["did"] if did.startswith("someone changed")] == [  # type: ignore[union-attr] # sentences
        (
            "someone changed node group primary from min 2, desired 2, max 6 to min 2, desired 5, max 6 "
            "meanwhile; it goes to min 2, desired 5, max 6"
        ),
        (
            "someone changed Deployment app/worker from 1 replicas to 4 replicas meanwhile; "
            "it goes to 4 replicas"
        ),
    ]


def test_keda_is_paused_by_its_own_annotation_and_scales_again_by_day() -> None:
    world = World()
    queue = Workload("Deployment", "app", "queue", 5, scaled_object=ScaledObject("queue-scaler"))
    world.cluster.by_key[queue.key] = queue
    tick(world, EVENING)
    assert world.cluster.by_key[queue.key].scaled_object == ScaledObject("queue-scaler", 1)
    tick(world, MORNING)
    assert world.cluster.by_key[queue.key] == queue


def test_an_autoscaler_that_scaled_up_in_a_night_that_leaves_workloads_running_is_not_undone() -> None:
    world = with_document(World(), {"modes": {"night": {"nodegroups": 2, "workloads": "running"}}})
    tick(world, EVENING)
    api = world.cluster.by_key["Deployment app/api-service"]
    world.cluster.scale(api, 8)
    tick(world, MORNING)
    assert world.cluster.by_key["Deployment app/api-service"].replicas == 8
    assert world.cluster.by_key["Deployment app/api-service"].bounds == Bounds("api-service-hpa", 3, 10)


def test_a_keda_workload_that_a_person_paused_at_night_is_owed_no_more_than_that() -> None:
    """Found by seed 116: paused at 2 where 4 were saved, the wake waited for 4 for ever, and paged."""
    world = World()
    queue = Workload("Deployment", "app", "queue", 4, scaled_object=ScaledObject("queue-scaler"))
    world.cluster.by_key[queue.key] = queue
    tick(world, FRIDAY)
    paused = ScaledObject("queue-scaler", 2)
    at_night = world.cluster.by_key[queue.key]._replace(scaled_object=paused, replicas=2)
    world.cluster.by_key[queue.key] = at_night
    assert tick(world, MONDAY).path[-1] == "Done"
    now = world.cluster.by_key[queue.key]
    assert (now.replicas, now.scaled_object) == (2, paused)
    assert not world.pager.pages


def test_what_an_autoscaler_brings_down_again_in_the_morning_is_not_waited_for() -> None:
    wanted = Workload("Deployment", "app", "api", 8, ready=8, bounds=Bounds("hpa", 3, 10))
    assert pods_owed(wanted, wanted._replace(replicas=4, ready=4)) == 4
    assert pods_owed(wanted, wanted._replace(replicas=2, ready=2)) == 3, "its bounds are owed"
    queue = Workload("Deployment", "app", "queue", 4, ready=4, scaled_object=ScaledObject("queue"))
    assert pods_owed(queue, queue._replace(replicas=0, ready=0)) == 0, "an empty queue needs nobody"
    plain = Workload("Deployment", "app", "web", 4, ready=4)
    assert pods_owed(plain, plain._replace(replicas=2)) == 4


def test_a_wake_is_not_verified_while_an_autoscaler_keeps_the_nights_bounds() -> None:
    """A webhook that refused an autoscaler's bounds left them at the night's for good, and nobody knew."""
    world = with_document(World(), {"modes": {"night": {"workloads": "reduced"}}})
    tick(world, EVENING)
    real = world.cluster.bound

    def refuse(workload: Workload, bounds: Bounds) -> None:
        raise PermanentError(f"The cluster answered 403 while bounding {workload.key}: a webhook says no")

    world.cluster.bound = refuse
    given_up = tick(world, MORNING)
    assert given_up.path[-1] != "Done"
    [(_, text)] = world.pager.pages
    assert "the autoscaler of Deployment app/api-service has the minimum 1 instead of 3" in text
    assert saved_capacity(world), "what is not given back is not forgotten"
    world.cluster.bound = real
    assert tick(world, MORNING + timedelta(hours=1)).path[-1] == "Done"
    assert world.cluster.by_key["Deployment app/api-service"].bounds == Bounds("api-service-hpa", 3, 10)
