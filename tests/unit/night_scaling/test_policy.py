"""What the policy decides, and the laws that hold for every set of facts."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.core.cluster import Node
from functions.core.control import Holder, Lock
from functions.core.nodegroups import Nodegroup, Size
from functions.night_scaling.actions.drain import reopen
from functions.night_scaling.policy.decision import decide
from functions.night_scaling.policy.desired_capacity import desired_capacity
from functions.night_scaling.policy.models import Action, DesiredCapacity, Facts
from functions.night_scaling.policy.snapshot import Phase, Snapshot
from functions.night_scaling.policy.verification import Observed, unmet
from functions.night_scaling.schedule.desired import Desired
from functions.night_scaling.schedule.model import Layers

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
NIGHT = Layers(nodegroups=1, workloads="reduced")
STOP = Layers(nodegroups=0, workloads="stopped", database="stopped")


def wish(mode: str, reason: str, layers: Layers, next_change: datetime | None = None) -> Desired:
    """What a schedule asks for."""
    return Desired(
        mode,
        reason,
        since=None,
        next_change=next_change,
        next_mode=None,
        layers=layers,
        ready_by=None,
        notice_at=None,
        notice_due=False,
        hold=None,
    )


AWAKE_WISH = wish("awake", "no window holds", Layers())
NIGHT_WISH = wish("night", "window weeknight", NIGHT)
STOP_WISH = wish("stop", "window weekend", STOP)
SAVED = Snapshot(
    mode="night",
    layers=NIGHT,
    phase=Phase.ASLEEP,
    taken_at=NOW,
    taken_by="x",
    nodegroups={"primary": Size(2, 3, 6)},
)


def facts(desired: int, snapshot: Snapshot | None = None, lock: Lock | None = None) -> Facts:
    return Facts({"primary": Nodegroup("primary", Size(min(desired, 2), desired, 6))}, snapshot, lock)


def action(found: Facts, wish: Desired, owner: str | None = None) -> Action:
    return decide(found, wish, execution=owner, now=NOW).action


def test_an_awake_environment_that_should_be_awake_is_left_alone() -> None:
    assert action(facts(3), AWAKE_WISH) is Action.NOTHING


def test_an_awake_environment_falls_asleep_when_a_window_holds() -> None:
    assert action(facts(3), NIGHT_WISH) is Action.SLEEP


def test_an_environment_with_a_snapshot_wakes_when_no_window_holds() -> None:
    assert action(facts(1, SAVED), AWAKE_WISH) is Action.WAKE


def test_a_verified_sleep_is_left_alone_even_when_someone_scaled_by_hand() -> None:
    assert action(facts(4, SAVED), NIGHT_WISH) is Action.NOTHING


def test_an_unfinished_sleep_is_taken_up() -> None:
    assert action(facts(2, SAVED._replace(phase=Phase.FALLING_ASLEEP)), NIGHT_WISH) is Action.SLEEP


def test_a_sleep_that_was_given_up_waits_for_its_time() -> None:
    later = SAVED._replace(phase=Phase.FALLING_ASLEEP, attempts=1, retry_at=NOW + timedelta(minutes=1))
    assert action(facts(2, later), NIGHT_WISH) is Action.NOTHING
    assert action(facts(2, later._replace(retry_at=NOW)), NIGHT_WISH) is Action.SLEEP


def test_a_sleep_that_was_given_up_is_not_tried_again_when_the_wake_is_near() -> None:
    failed = SAVED._replace(phase=Phase.FALLING_ASLEEP, attempts=2, retry_at=NOW)
    near = NIGHT_WISH._replace(next_change=NOW + timedelta(minutes=59))
    assert action(facts(2, failed), near) is Action.NOTHING
    assert action(facts(2, failed), near._replace(next_change=NOW + timedelta(minutes=60))) is Action.SLEEP


def test_a_night_deepens_into_a_stop_and_a_stop_rises_into_a_night() -> None:
    assert action(facts(1, SAVED), STOP_WISH) is Action.SLEEP
    assert action(facts(0, SAVED._replace(mode="stop", layers=STOP)), NIGHT_WISH) is Action.WAKE


def test_another_run_at_work_is_not_disturbed_until_its_lease_ends() -> None:
    lock = Lock(Holder("other", "chaos", "experiment"), NOW + timedelta(seconds=1))
    assert action(facts(3, lock=lock), NIGHT_WISH) is Action.NOTHING
    assert action(facts(3, lock=lock), NIGHT_WISH, owner="other") is Action.SLEEP
    assert action(facts(3, lock=lock._replace(leased_until=NOW)), NIGHT_WISH) is Action.SLEEP


def test_an_inventory_that_looks_wrong_is_refused() -> None:
    assert action(facts(0), AWAKE_WISH) is Action.REFUSE


def test_groups_that_are_gone_fail_no_run_and_a_wake_gives_back_what_else_there_was() -> None:
    gone = Facts({}, gone=True)
    assert action(gone, NIGHT_WISH) is Action.NOTHING
    assert action(gone, AWAKE_WISH) is Action.NOTHING
    assert action(gone._replace(snapshot=SAVED), AWAKE_WISH) is Action.WAKE


def test_where_every_node_group_is_protected_the_workloads_sleep_all_the_same() -> None:
    assert action(Facts({}), NIGHT_WISH) is Action.SLEEP
    assert action(Facts({}), AWAKE_WISH) is Action.NOTHING


sizes = st.builds(
    lambda a, b, c: Size(min(a, b), b, max(b, c, 1)), st.integers(0, 5), st.integers(0, 9), st.integers(1, 9)
)
layers = st.builds(
    Layers,
    nodegroups=st.one_of(st.none(), st.integers(0, 9)),
    workloads=st.sampled_from(["running", "reduced", "stopped"]),
    database=st.sampled_from(["running", "stopped"]),
)


@settings(deadline=None, max_examples=200)
@given(saved=sizes, mode=layers)
def test_an_aim_is_always_a_size_that_eks_takes_and_never_above_what_was_saved(
    saved: Size, mode: Layers
) -> None:
    size = desired_capacity(SAVED._replace(nodegroups={"primary": saved}), mode).sizes["primary"]
    assert 0 <= size.min <= size.desired <= size.max
    assert size.max == saved.max >= 1
    assert size.desired <= saved.desired
    assert size.min <= saved.min


@settings(deadline=None, max_examples=200)
@given(
    desired=st.integers(0, 9),
    phase=st.sampled_from(list(Phase)),
    has_snapshot=st.booleans(),
    before=st.sampled_from([NIGHT_WISH, STOP_WISH, AWAKE_WISH]),
    wish=st.sampled_from([NIGHT_WISH, STOP_WISH, AWAKE_WISH]),
)
def test_nothing_sleeps_by_day_and_nothing_wakes_without_a_snapshot(
    *, desired: int, phase: Phase, has_snapshot: bool, before: Desired, wish: Desired
) -> None:
    snapshot = SAVED._replace(phase=phase, mode=before.mode, layers=before.layers) if has_snapshot else None
    decision = decide(facts(desired, snapshot), wish, execution=None, now=NOW)
    assert decision.reason
    assert not (decision.action is Action.SLEEP and not wish.asleep)
    assert not (decision.action is Action.WAKE and snapshot is None)
    assert decision.action is Action.WAKE or not (snapshot and not wish.asleep)


def node(name: str, *, ready: bool = True, cordoned_by: str = "") -> Node:
    """One node of the group "primary"; `cordoned_by` is "toban", "a person" or nobody."""
    return Node(
        name, "primary", ready, bool(cordoned_by), cordoned_by == "toban", f"i-{name}", "ap-northeast-1a", NOW
    )


def test_a_wake_is_verified_only_with_every_node_ready_and_its_groups_min_back() -> None:
    aim = DesiredCapacity({"primary": Size(1, 2, 5)}, (), (), "running")
    awake, updating = Nodegroup("primary", Size(1, 2, 5)), Nodegroup("primary", Size(0, 2, 5))
    both = (node("a"), node("b"))

    def missing(group: Nodegroup, *nodes: Node) -> list[str]:
        return [*unmet(aim, Observed({"primary": group}, nodes, (), {}), sleeps=False)]

    assert missing(awake, *both) == []
    assert missing(awake, node("a"), node("b", ready=False)) == ["1 of 2 nodes of primary are Ready"]
    assert missing(awake, node("a"), node("b", cordoned_by="toban")) == ["1 of 2 nodes of primary are Ready"]
    assert missing(updating, *both) == ["node group primary has the min 0 instead of 1"]


def test_an_unfinished_wake_to_a_mode_is_gone_on_with_as_a_wake() -> None:
    half = SAVED._replace(mode="night", layers=NIGHT, phase=Phase.WAKING)
    assert decide(facts(3, half), NIGHT_WISH, execution=None, now=NOW).action is Action.WAKE


def test_what_a_person_has_cordoned_is_not_opened() -> None:
    opened: list[str] = []
    doors: Any = SimpleNamespace(uncordon=opened.append)

    reopen(doors, [node("theirs", cordoned_by="a person"), node("ours", cordoned_by="toban"), node("new")])
    assert opened == ["ours", "new"]
