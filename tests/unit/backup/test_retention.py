"""What stays, what goes and why, rule by rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.backup.policy.inventory import Answer, ClusterBackups, Hold, Listing, Quota
from functions.backup.policy.ownership import SERIES_TAG
from functions.core.awake import Sleep
from tests.unit.backup.inventories import (
    HERE,
    NOW,
    THERE,
    causes,
    copies,
    going,
    inventory,
    planned,
    snapshot,
    weeks,
    why,
)


def test_of_the_weekly_ones_five_stay_and_older_ones_go() -> None:
    plan = planned(inventory(weeks(8)))

    assert going(plan) == {"w5", "w6", "w7"}
    assert not plan.barriers
    assert not plan.pages


@pytest.mark.parametrize(
    ("series", "stay"), [("weekly", 5), ("monthly", 3), ("drill", 2), ("before-change", 2)]
)
def test_each_series_has_its_own_count(series: str, stay: int) -> None:
    made = [snapshot(f"s{n}", days=30 * (n + 1), series=series) for n in range(stay + 1)]

    assert going(planned(inventory(made))) == {f"s{stay}"}


def test_exactly_as_old_as_the_limit_stays_and_a_second_older_goes() -> None:
    made = [snapshot(f"d{n}", days=n, series="drill") for n in range(4)]
    at_the_limit = snapshot("limit", days=7, series="drill")
    beyond = at_the_limit._replace(id="beyond", created_at=at_the_limit.created_at - timedelta(seconds=1))

    plan = planned(inventory([*made, at_the_limit, beyond]))

    assert going(plan) == {"beyond"}
    assert "not older than 7 days" in why(plan, "limit")


def test_nothing_that_is_not_ours_is_ever_deleted() -> None:
    strangers = [
        snapshot("untagged", days=400, series=None),
        snapshot("unknown", days=400, series="yearly"),
        snapshot("automated", days=400, type="automated"),
        snapshot("shared", days=400, type="shared"),
        snapshot("awsbackup:job-1", days=400),
        snapshot("arn:aws:rds:ap-northeast-1:111122223333:snapshot:awsbackup:job-2", days=400),
        snapshot("vault", days=400, type="awsbackup"),
    ]
    plan = planned(inventory([*weeks(6), *strangers]))

    assert going(plan) == {"w5"}
    assert {item.id for item in plan.items if item.action == "propose"} == {"untagged", "unknown"}
    assert why(plan, "awsbackup:job-1") == "AWS Backup's: never touched"


def test_a_tag_that_the_instance_has_too_makes_nothing_ours() -> None:
    tags = {"main": {SERIES_TAG: "weekly"}}

    plan = planned(inventory([*weeks(8), snapshot("d", days=300, series="drill")], instance_tags=tags))

    assert going(plan) == set()
    assert "copied from the instance" in why(plan, "w7")


@pytest.mark.parametrize("state", ["creating", "copying", "modifying", "deleting", "anything-new"])
def test_a_state_that_passes_is_let_be(state: str) -> None:
    old = snapshot("old", days=300, state=state)

    assert going(planned(inventory([*weeks(6), old]))) == {"w5"}


def test_what_is_on_hold_stays_to_the_end_of_the_hold() -> None:
    held = [
        snapshot("endless", days=300, hold=Hold("aoi", "audit", None)),
        snapshot("to-the-second", days=301, hold=Hold("aoi", "audit", NOW)),
        snapshot("over", days=302, hold=Hold("aoi", "audit", NOW - timedelta(seconds=1))),
    ]

    assert going(planned(inventory([*weeks(5), *held]))) == {"over"}


def test_the_newest_verified_stays_in_each_region_however_old() -> None:
    here = [*weeks(7), snapshot("v", days=100, verdict="PASS"), snapshot("older", days=101, verdict="PASS")]
    plan = planned(inventory(here, copies(here)))

    assert going(plan) == {name + end for name in ("w5", "w6", "older") for end in ("", "-copy")}
    assert "the newest verified in ap-northeast-3" in why(plan, "v-copy")


def test_a_snapshot_goes_only_when_its_own_copy_is_available() -> None:
    here = weeks(9)
    there = copies(here[:8])
    there[7] = there[7]._replace(state="copying")
    there[6] = there[6]._replace(verdict="FAIL")

    plan = planned(inventory(here, there))

    assert {name for name in going(plan) if not name.endswith("-copy")} == {"w5"}
    for name in ("w6", "w7", "w8"):
        assert "its own copy in the other Region is not available" in why(plan, name)


def test_originals_go_before_their_copies() -> None:
    here = weeks(8)
    order = [item.id for item in planned(inventory(here, copies(here))).items if item.action == "delete"]

    assert order == ["w7", "w6", "w5", "w7-copy", "w6-copy", "w5-copy"]


def test_the_newest_copy_stays_whatever_else_is_there() -> None:
    newest = snapshot("newest-copy", days=30, series="drill", copy_of="gone")
    originals = [snapshot(f"d{n}", days=10 + n, series="drill") for n in range(2)]

    plan = planned(
        inventory([*originals, newest, snapshot("older", days=31, series="drill", copy_of="gone-too")])
    )

    assert going(plan) == {"older"}
    assert why(plan, "newest-copy") == "the newest copy in ap-northeast-1: the next one is made upon it"


def test_proved_bad_stays_until_a_newer_verified_one_is_there() -> None:
    bad = snapshot("bad", days=200, verdict="FAIL")
    older = snapshot("older", days=300, verdict="PASS")

    plan = planned(inventory([*weeks(7), bad, older]))
    assert "bad" not in going(plan)
    assert "no newer verified one" in why(plan, "bad")

    assert "bad" in going(planned(inventory([*weeks(6), snapshot("v", days=60, verdict="PASS"), bad])))


def test_what_is_proved_bad_takes_no_good_ones_place() -> None:
    made = weeks(10)
    made[2] = made[2]._replace(verdict="PASS")
    made[3], made[4] = made[3]._replace(verdict="FAIL"), made[4]._replace(state="failed")

    assert going(planned(inventory(made))) == {"w3", "w4", "w7", "w8", "w9"}


def test_all_proved_bad_keeps_them_and_pages() -> None:
    plan = planned(inventory(weeks(8, verdict="FAIL")))

    assert going(plan) == set()
    assert causes(plan) == ["all-proved-bad"]
    assert "one of the newest 2 of weekly" in why(plan, "w1")
    assert "proved bad, and no newer verified one is there" in why(plan, "w7")


def test_half_of_a_series_may_go_and_more_waits_for_a_yes() -> None:
    assert going(planned(inventory(weeks(10)))) == {f"w{n}" for n in range(5, 10)}

    plan = planned(inventory(weeks(11)))
    assert going(plan) == set()
    assert [each.name for each in plan.barriers] == ["too-much-at-once"]
    assert causes(plan) == ["plan-aborted"]
    assert plan.digest in plan.pages[0].sentence
    assert {item.id for item in plan.items if item.planned == "delete"} == {f"w{n}" for n in range(5, 11)}


def answered(says: str, digest: str | None, *, hours: float = 1) -> tuple[Answer, ...]:
    return (Answer(str(digest), "rin", says, "looked at it", NOW - timedelta(hours=hours)),)


@pytest.mark.parametrize(
    ("hours", "goes"), [(1, True), (23.999, True), (24, False), (25, False), (-1, False)]
)
def test_a_yes_counts_for_its_plan_until_the_second_of_its_expiry(hours: float, goes: bool) -> None:  # noqa: FBT001 -- a column
    found = inventory(weeks(11))
    yes = answered("yes", planned(found).digest, hours=hours)

    assert bool(going(planned(found._replace(answers=yes)))) == goes


def test_a_yes_to_another_plan_does_not_count_and_one_no_is_a_no() -> None:
    found = inventory(weeks(11))
    other = planned(inventory(weeks(12))).digest
    digest = planned(found).digest

    assert going(planned(found._replace(answers=answered("yes", other)))) == set()
    both = answered("yes", digest) + answered("no", digest)
    assert going(planned(found._replace(answers=both))) == set()
    small = inventory(weeks(6))
    no = planned(small._replace(answers=answered("no", planned(small).digest)))
    assert [each.name for each in no.barriers] == ["answered-no"]
    assert going(no) == set()


@pytest.mark.parametrize("status", ["unreadable", "cut-off"])
def test_one_listing_that_cannot_be_trusted_stops_everything_even_with_a_yes(status: str) -> None:
    here = weeks(8)
    found = inventory(here, copies(here))
    half = found._replace(listings=(found.listings[0], found.listings[1]._replace(status=status)))
    plan = planned(half)
    yes = planned(half._replace(answers=answered("yes", plan.digest)))

    assert going(plan) == going(yes) == set()
    assert causes(plan) == ["plan-aborted"]
    assert [each.name for each in plan.barriers] == [f"listing-{status}"]


def test_a_region_without_a_listing_is_unreadable() -> None:
    found = inventory(weeks(8))._replace(recovery_region=THERE)

    assert [each.name for each in planned(found).barriers] == ["listing-unreadable"]


def test_an_empty_listing_is_believed_only_where_there_was_nothing_yesterday() -> None:
    there = copies(weeks(8))
    emptied = inventory([], there)._replace(
        listings=(Listing(HERE, "complete", 8, ()), Listing(THERE, "complete", 8, tuple(there)))
    )
    plan = planned(emptied)

    assert [each.name for each in plan.barriers] == ["listing-empty"]
    assert going(plan) == set()
    assert going(planned(emptied._replace(answers=answered("yes", plan.digest)))) == {
        "w5-copy", "w6-copy", "w7-copy",
    }  # fmt: skip
    assert not planned(inventory([], there)).barriers


def test_a_limit_that_is_near_pages_and_overrides_nothing() -> None:
    quotas = (Quota("manual snapshots", HERE, 80, 100), Quota("copies in flight", HERE, 15, 20))

    plan = planned(inventory(weeks(5), quotas=quotas))

    assert [page.sentence for page in plan.pages] == [
        "manual snapshots in ap-northeast-1: 80 of 100 are used"
    ]
    assert going(plan) == set()


def test_unneeded_snapshots_are_proposed_with_their_cost_and_go_with_a_persons_yes_alone() -> None:
    disk = snapshot("snap-1", days=91, series=None, type="volume", gib=100, state="completed")
    young = snapshot("snap-2", days=90, series=None, type="volume", gib=100, state="completed")
    found = inventory([*weeks(5), disk, young])
    plan = planned(found, b'{"usd_per_gib_month": 0.05}')
    [proposal] = [item for item in plan.items if item.action == "propose"]

    assert (proposal.id, proposal.usd_a_month) == ("snap-1", 5.0)
    assert going(plan) == set()
    yes = found._replace(answers=answered("yes", plan.proposals_digest))
    assert going(planned(yes)) == {"snap-1"}


def test_a_strangers_snapshot_is_not_even_proposed_where_nothing_of_ours_could_be_restored() -> None:
    orphan = snapshot("final", days=400, series=None, database="gone")
    bad = [*weeks(3, verdict="FAIL"), snapshot("by-hand", days=400, series=None)]

    assert {item.action for item in planned(inventory([*weeks(5), orphan])).items} == {"keep"}
    assert {item.action for item in planned(inventory(bad)).items} == {"keep"}


def test_what_is_made_after_now_stays_and_counts_for_nothing() -> None:
    ahead = [snapshot(f"ahead{n}", days=-1 - n, verdict="PASS") for n in range(5)]

    plan = planned(inventory([*weeks(5), *ahead]))

    assert going(plan) == set()
    assert "a clock is wrong" in why(plan, "ahead0")


def test_a_sleep_does_not_age_what_is_replicated() -> None:
    until = NOW - timedelta(hours=9)
    asleep = (Sleep(NOW - timedelta(hours=8, minutes=45), NOW - timedelta(minutes=15)),)

    found = inventory(weeks(1), replicated_until=until)
    assert causes(planned(found)) == ["replication-late"]
    assert causes(planned(found._replace(sleeps=asleep))) == []
    late = found._replace(sleeps=asleep, replicated_until=until - timedelta(seconds=1))
    assert causes(planned(late)) == ["replication-late"]


def test_a_cluster_backup_must_outlast_the_longest_sleep_by_two_days() -> None:
    def of(hours: int) -> list[str]:
        backups = (ClusterBackups("half-hourly", 30, hours, NOW - timedelta(minutes=60)),)
        return causes(planned(inventory(weeks(1), longest_sleep_hours=120, cluster_backups=backups)))

    assert of(168) == []
    assert of(167) == ["cluster-backups-brief"]
    late = (
        ClusterBackups("half-hourly", 30, 168, NOW - timedelta(minutes=61)),
        ClusterBackups("daily", 1440, 720, None),
    )
    assert causes(planned(inventory(weeks(1), cluster_backups=late))) == ["cluster-backups-late"] * 2


@pytest.mark.parametrize(
    "changes",
    [
        *({"type": kind} for kind in ("shared", "public", "awsbackup", "automated", "volume")),
        {"created_at": NOW + timedelta(seconds=1)},
        {"created_at": NOW - timedelta(days=400)},
    ],
)
def test_what_only_bears_a_copys_name_is_no_copy_to_let_the_original_go_upon(changes: dict[str, Any]) -> None:
    here = weeks(8)
    there = copies(here)
    assert "w7" in going(planned(inventory(here, there)))
    odd = [each._replace(**changes) if each.copy_of == "w7" else each for each in there]

    found = planned(inventory(here, odd))
    assert "w7" not in going(found)
    assert "its own copy in the other Region is not available" in why(found, "w7")


def test_a_replicated_point_that_nobody_knows_or_that_has_not_come_pages() -> None:
    here = weeks(3)
    for until, expected in ((None, True), (NOW + timedelta(seconds=1), True), (NOW, False)):
        found = planned(inventory(here, copies(here), replicated_until=until))
        assert ("replication-late" in causes(found)) is expected
    assert "replication-late" not in causes(planned(inventory(here)))
