"""Whatever an inventory holds: a plan comes, and the last good backup stays."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.backup.policy.inventory import Answer, Hold, Inventory, Listing, Snapshot
from functions.backup.policy.ownership import SERIES_TAG
from functions.backup.policy.plan import plan_retention
from functions.backup.policy.retention_policy import read_policy
from tests.unit.backup.inventories import HERE, NOW, THERE, going, inventory, planned

AGES = st.one_of(st.integers(-3, 400), st.sampled_from([7.0, 14.0])).map(
    lambda days: NOW - timedelta(days=days)
)
HOLDS = st.one_of(st.none(), st.builds(Hold, st.just("aoi"), st.just("why"), st.one_of(st.none(), AGES)))
SNAPSHOTS = st.builds(
    Snapshot,
    id=st.integers(0, 40).map(lambda n: f"s{n}"),
    type=st.sampled_from(["manual"] * 6 + ["automated", "awsbackup", "volume"]),
    database=st.sampled_from(["main", "main", "other"]),
    created_at=AGES,
    state=st.sampled_from(["available"] * 5 + ["creating", "failed", "deleting"]),
    tags=st.sampled_from(["weekly", "weekly", "monthly", "drill", "yearly", ""]).map(
        lambda s: {SERIES_TAG: s}
    ),
    copy_of=st.one_of(st.none(), st.integers(0, 40).map(lambda n: f"s{n}")),
    verdict=st.sampled_from([None, "PASS", "FAIL", "INCONCLUSIVE"]),
    hold=HOLDS,
    gib=st.floats(0, 100),
)
LISTED = st.lists(SNAPSHOTS, max_size=40, unique_by=lambda each: each.id)
STATUS = st.sampled_from(["complete"] * 6 + ["unreadable", "cut-off"])
LISTINGS = st.builds(Listing, st.just(HERE), STATUS, st.integers(0, 3), LISTED.map(tuple))


@st.composite
def inventories(draw: st.DrawFn) -> Inventory:
    here = draw(LISTINGS)
    there = draw(st.one_of(st.none(), LISTINGS))
    made = inventory([], [] if there else None)
    listings = (here,) if there is None else (here, there._replace(region=THERE))
    found = made._replace(
        listings=listings, instance_tags=draw(st.sampled_from([{}, {"main": {SERIES_TAG: "drill"}}]))
    )
    if draw(st.booleans()):  # a person says yes to whatever is planned
        plan = planned(found)
        yes = [Answer(each, "rin", "yes", "go", NOW) for each in (plan.digest, plan.proposals_digest) if each]
        found = found._replace(answers=tuple(yes))
    return found


def good(snapshot: Snapshot) -> bool:
    ours = snapshot.type == "manual" and snapshot.tags[SERIES_TAG] in {"weekly", "monthly", "drill"}
    restorable = snapshot.state == "available" and snapshot.verdict != "FAIL"
    return ours and restorable and snapshot.created_at <= NOW


@settings(max_examples=200, deadline=None)
@given(inventories())
def test_the_last_good_backup_is_never_deleted(found: Inventory) -> None:
    plan = planned(found)
    gone = {(item.region, item.id) for item in plan.items if item.action == "delete"}
    for listing in found.listings:
        for database in ("main", "other"):
            theirs = [each for each in listing.snapshots if each.database == database]
            there = [each for each in theirs if good(each)]
            left = [each for each in there if (listing.region, each.id) not in gone]
            assert bool(there) == bool(left)
            verified = sorted(
                (each for each in there if each.verdict == "PASS"),
                key=lambda each: (each.created_at, each.id),
            )
            assert not verified or verified[-1] in left or SERIES_TAG in found.instance_tags.get(database, {})


@settings(max_examples=100, deadline=None)
@given(inventories())
def test_what_is_deleted_is_ours_settled_old_and_unheld(found: Inventory) -> None:
    plan = planned(found)
    readable = all(listing.status == "complete" for listing in found.listings)
    known = {(listing.region, each.id): each for listing in found.listings for each in listing.snapshots}
    assert len(plan.items) == len(known)
    for item in plan.items:
        each = known[item.region, item.id]
        assert item.reasons
        if item.action != "delete":
            continue
        assert readable
        assert each.type in {"manual", "volume"}
        assert each.state not in {"creating", "deleting"}
        assert NOW - each.created_at > timedelta(days=7)
        assert each.hold is None or (each.hold.until is not None and each.hold.until < NOW)
        assert item.series or any("yes" in reason for reason in item.reasons)


@settings(max_examples=50, deadline=None)
@given(inventories())
def test_the_same_facts_in_any_order_make_the_same_plan(found: Inventory) -> None:
    turned = found._replace(
        listings=tuple(each._replace(snapshots=each.snapshots[::-1]) for each in found.listings[::-1])
    )
    assert planned(turned).items == planned(found).items


@settings(max_examples=50, deadline=None)
@given(inventories(), st.integers(2, 9))
def test_a_policy_that_keeps_more_never_deletes_what_one_that_keeps_less_would_not(
    found: Inventory, keep: int
) -> None:
    def of(count: int) -> set[str]:
        numbers = b'{"keep": {"weekly": %d, "monthly": %d, "drill": %d}, "most_share_percent": 100}'
        return going(
            plan_retention(found._replace(answers=()), read_policy(numbers % ((count,) * 3)), now=NOW)
        )

    assert of(keep + 1) <= of(keep)
