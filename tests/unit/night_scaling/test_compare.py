"""The three-way compare: for every person's change at night, what the day gets; and the laws behind it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.core.cluster import Bounds, CronJob, ScaledObject, Workload
from functions.core.nodegroups import Nodegroup, Size
from functions.night_scaling.policy.desired_capacity import desired_capacity
from functions.night_scaling.policy.snapshot import Phase, Snapshot
from functions.night_scaling.policy.three_way import Found, merge
from functions.night_scaling.schedule.model import Layers

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
NIGHT = Layers(nodegroups=2, workloads="reduced")
STOP = Layers(nodegroups=0, workloads="stopped", database="stopped")
DAY = Size(2, 3, 6)
PLAIN = Workload("Deployment", "app", "worker", 3)
BOUNDED = Workload("Deployment", "app", "api", 3, bounds=Bounds("api-hpa", 3, 10))
KEDA = Workload("Deployment", "app", "queue", 4, scaled_object=ScaledObject("queue"))
REPORT = CronJob("app", "report", suspended=False)


def snapshot(layers: Layers = NIGHT, size: Size = DAY) -> Snapshot:
    return Snapshot(
        mode="night",
        layers=layers,
        phase=Phase.ASLEEP,
        taken_at=NOW,
        taken_by="x",
        nodegroups={"primary": size},
        workloads=(PLAIN, BOUNDED, KEDA),
        cronjobs=(REPORT,),
    )


def left(saved: Snapshot) -> Found:
    aim = desired_capacity(saved, saved.layers)
    groups = {name: Nodegroup(name, size) for name, size in aim.sizes.items()}
    return Found(groups, aim.workloads, aim.cronjobs)


def with_size(found: Found, size: Size) -> Found:
    return found._replace(nodegroups={"primary": Nodegroup("primary", size)})


def with_workload(found: Found, changed: Workload) -> Found:
    workloads = tuple(changed if one.key == changed.key else one for one in found.workloads)
    return found._replace(workloads=workloads)


@pytest.mark.parametrize(
    ("now", "kept"),
    [
        (Size(2, 2, 6), Size(2, 3, 6)),
        (Size(2, 4, 6), Size(2, 4, 6)),
        (Size(2, 3, 6), Size(2, 3, 6)),
        (Size(2, 2, 9), Size(2, 3, 9)),
        (Size(1, 1, 6), Size(1, 1, 6)),
        (Size(0, 0, 2), Size(0, 0, 2)),
        (Size(4, 4, 6), Size(4, 4, 6)),
    ],
    ids=["nothing", "raised", "raised-a-little", "max", "lowered", "shrunk", "min-raised"],
)
def test_what_a_person_did_to_a_node_group_stays(now: Size, kept: Size) -> None:
    saved = snapshot()
    merged, told = merge(saved, with_size(left(saved), now))
    assert merged.nodegroups["primary"] == kept
    assert bool(told) == (now != Size(2, 2, 6))


def test_a_desired_size_that_went_down_alone_is_an_autoscalers_and_the_day_gets_its_nodes() -> None:
    saved = snapshot(size=Size(1, 3, 6))
    merged, _ = merge(saved, with_size(left(saved), Size(1, 1, 6)))
    assert merged.nodegroups["primary"] == Size(1, 3, 6)


@pytest.mark.parametrize(("now", "kept"), [(1, 3), (5, 5), (2, 3), (0, 0)])
def test_what_a_person_did_to_replicas_stays(now: int, kept: int) -> None:
    saved = snapshot()
    merged, told = merge(saved, with_workload(left(saved), PLAIN._replace(replicas=now)))
    assert merged.workloads[0].replicas == kept
    if now != 1:
        assert told == (
            (
                f"someone changed Deployment app/worker from 1 replicas to {now} replicas meanwhile; "
                f"it goes to {kept} replicas"
            ),
        )


def test_the_replicas_of_an_autoscaled_workload_are_its_autoscalers_and_its_bounds_a_persons() -> None:
    saved = snapshot()
    busy = left(saved).workloads[1]._replace(replicas=7)
    assert merge(saved, with_workload(left(saved), busy)) == (saved, ())
    wider = busy._replace(bounds=Bounds("api-hpa", 1, 20))
    merged, told = merge(saved, with_workload(left(saved), wider))
    assert merged.workloads[1].bounds == Bounds("api-hpa", 3, 20)
    assert len(told) == 1
    narrower = busy._replace(bounds=Bounds("api-hpa", 1, 2))
    assert merge(saved, with_workload(left(saved), narrower))[0].workloads[1].bounds == Bounds(
        "api-hpa", 2, 2
    )


def test_an_autoscaler_that_came_or_went_at_night_is_taken_as_it_is() -> None:
    saved = snapshot()
    without = left(saved).workloads[1]._replace(bounds=None)
    assert merge(saved, with_workload(left(saved), without))[0].workloads[1].bounds is None
    fresh = left(saved).workloads[0]._replace(bounds=Bounds("new-hpa", 2, 4))
    assert merge(saved, with_workload(left(saved), fresh))[0].workloads[0].bounds == Bounds("new-hpa", 2, 4)


def test_a_scaled_object_that_a_person_resumed_or_paused_elsewhere_stays_so() -> None:
    saved = snapshot()
    assert left(saved).workloads[2].scaled_object == ScaledObject("queue", 1)
    assert merge(saved, left(saved))[0].workloads[2].scaled_object == ScaledObject("queue", None)
    for paused in (None, 5):
        now = left(saved).workloads[2]._replace(scaled_object=ScaledObject("queue", paused))
        merged, told = merge(saved, with_workload(left(saved), now))
        assert merged.workloads[2].scaled_object == ScaledObject("queue", paused)
        assert len(told) == 1


def test_a_cronjob_that_a_person_resumed_at_night_stays_so_even_when_it_was_suspended_by_day() -> None:
    saved = snapshot(STOP)._replace(cronjobs=(REPORT._replace(suspended=True),))
    found = left(saved)._replace(cronjobs=(REPORT,))
    merged, told = merge(saved, found)
    assert merged.cronjobs == (REPORT,)
    assert told[0].endswith("from suspended to running meanwhile; it goes to running")


def test_what_is_gone_or_new_is_left_alone() -> None:
    saved = snapshot()
    new = Workload("Deployment", "app", "new", 9)
    assert merge(saved, Found({}, (new,), ())) == (saved, ())


sizes = st.builds(
    lambda a, b, c: Size(min(a, b), b, max(b, c, 1)), st.integers(0, 5), st.integers(0, 9), st.integers(1, 9)
)
layers = st.builds(
    Layers,
    nodegroups=st.one_of(st.none(), st.integers(0, 9)),
    workloads=st.sampled_from(["running", "reduced", "stopped"]),
    database=st.sampled_from(["running", "stopped"]),
)


@settings(deadline=None, max_examples=300)
@given(saved=sizes, now=sizes, mode=layers)
def test_the_day_gets_a_size_that_eks_takes_and_a_raise_is_never_lost(
    saved: Size, now: Size, mode: Layers
) -> None:
    before = snapshot(mode, saved)
    kept = merge(before, with_size(left(before), now))[0].nodegroups["primary"]
    ours = desired_capacity(before, mode).sizes["primary"]
    assert 0 <= kept.min <= kept.desired <= kept.max
    assert kept.max == now.max >= 1
    if now.desired > ours.desired:
        assert kept.desired >= min(max(saved.desired, now.desired), kept.max)
    if now == ours:
        assert kept == saved


@settings(deadline=None, max_examples=300)
@given(
    saved=st.integers(0, 9), now=st.integers(0, 12), mode=st.sampled_from(["running", "reduced", "stopped"])
)
def test_a_night_without_a_change_restores_exactly_and_a_change_is_always_told(
    saved: int, now: int, mode: str
) -> None:
    before = snapshot(Layers(1, mode))._replace(workloads=(PLAIN._replace(replicas=saved),), cronjobs=())
    ours = left(before).workloads[0].replicas
    merged, told = merge(before, with_workload(left(before), PLAIN._replace(replicas=now)))
    kept = merged.workloads[0].replicas
    assert bool(told) == (now != ours)
    assert kept == saved if now == ours else kept >= now
    again, _ = merge(merged, left(merged))
    assert again == merged, "a second night without a change saves the same numbers"
