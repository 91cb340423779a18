"""What a restore has to show, and by which name it fails."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.disaster_recovery.restores import GOOD, counters, judged, merged, names, spoilt


def test_a_restore_that_holds_all_it_must_passes_with_its_figures() -> None:
    found = judged(GOOD)

    assert found.verdict == "PASS", found.findings
    assert found.measured == (60.0, 31 * 60.0, 40 * 60.0)
    assert [(each.table, each.expected, each.found) for each in found.accounts] == [
        ("tasks", 125, 125),
        ("users", 7, 7),
    ]


TASKS = "restored__tables__tasks"
FAILS: list[tuple[str, dict[str, Any]]] = [
    ("restore-failed", {"restored__completed": False}),
    ("rows-missing", {f"{TASKS}__rows": 126}),
    ("rows-extra", {f"{TASKS}__rows": 128}),
    ("table-missing", {TASKS: ...}),
    ("empty", {f"{TASKS}__rows": 0, f"{TASKS}__rows_since_heartbeat": 0, "restored__tables__users__rows": 0}),
    ("stamped-later", {f"{TASKS}__newest_at": "2027-03-01T02:59:31+00:00"}),
    ("stamped-later", {"heartbeat__written_at": "2027-03-01T02:59:31+00:00"}),
    ("stale", {"heartbeat__written_at": "2027-03-01T01:59:59+00:00"}),
    ("wrong-tenant", {"restored__environment": "dev"}),
    ("wrong-tenant", {"manifest__environment": "dev"}),
    ("orphans", {"restored__orphans": [{"constraint": "tasks_user_id_fkey", "rows": 1}]}),
    ("sequence-behind", {"restored__sequences": [{"name": "s", "last_value": 151, "max_id": 152}]}),
    ("extension-missing", {"restored__extensions": []}),
    ("role-missing", {"restored__roles": ["other"]}),
    ("grant-missing", {"restored__grants": []}),
    ("schema-differs", {"restored__schema_hash": "5d"}),
    ("migration-differs", {"restored__migration": "0012"}),
    ("cluster-object-missing", {"restored__cluster_objects": []}),
    ("image-digest-differs", {"restored__image_digests": {"api-service": "sha256:" + "cd" * 32}}),
    ("image-digest-differs", {"restored__image_digests": {}}),
    ("names-lost-region", {"restored__names_of_lost_region": ["Ingress/app/api"]}),
    ("smoke-failed", {"restored__smoke_passed": False}),
    ("leftover", {"leftovers": ["rds:drill-7"]}),
    ("rpo-missed", {"outage_declared_at": "2027-03-01T03:59:01+00:00"}),
    ("rto-missed", {"service_back_at": "2027-03-01T04:00:01+00:00"}),
    ("rto-missed", {"environment_green_at": "2027-03-01T04:00:01+00:00"}),
    ("checksum-differs", {"restored__tables__users__checksums": ["x"]}),
    ("ids-missing", {"restored__tables__users__max_id": 6}),
]


@pytest.mark.parametrize(("name", "spoils"), FAILS)
def test_each_fault_fails_by_its_name(name: str, spoils: dict[str, Any]) -> None:
    found = judged(spoilt(**spoils))

    assert found.verdict == "FAIL"
    assert name in [finding.name for finding in found.findings if finding.weight == "FAIL"]


MISSING = [
    "manifest", "heartbeat", "restored", "leftovers", "outage_declared_at", "service_back_at",
    "environment_green_at", "restored__environment", "restored__tables", "restored__orphans",
    "restored__sequences", "restored__extensions", "restored__roles", "restored__grants",
    "restored__schema_hash", "restored__migration", "restored__cluster_objects", "restored__image_digests",
    "restored__names_of_lost_region", "restored__smoke_passed", "manifest__schema_hash",
    "manifest__migration", "manifest__extensions", "manifest__roles", "manifest__grants",
    "manifest__cluster_objects", "manifest__image_digests", "heartbeat__counters__tasks",
    "manifest__tables__tasks__checksums", f"{TASKS}__checksums",
]  # fmt: skip


@pytest.mark.parametrize("path", MISSING)
def test_missing_evidence_never_passes(path: str) -> None:
    found = judged(spoilt(**{path: ...}))

    assert found.verdict == "INCONCLUSIVE", found.findings
    assert all(finding.name.startswith("no-") for finding in found.findings)


@given(st.sets(st.sampled_from(MISSING)), st.sets(st.sampled_from(range(len(FAILS)))))
def test_passing_takes_all_of_the_evidence_and_no_fault(missing: set[str], faults: set[int]) -> None:
    facts = spoilt(**{path: ... for path in missing if not any(path.startswith(f"{p}__") for p in missing)})
    for number in faults:
        try:
            facts = merged(facts, FAILS[number][1])
        except (KeyError, TypeError):
            continue
    if missing or facts != GOOD:
        assert judged(facts).verdict != "PASS" or facts == GOOD


def test_a_drill_of_the_database_needs_no_cluster_and_no_rto() -> None:
    facts = spoilt(
        scope="database",
        service_back_at=None,
        environment_green_at=None,
        restored__cluster_objects=None,
        restored__image_digests=None,
        restored__names_of_lost_region=None,
        restored__smoke_passed=None,
    )

    assert judged(facts).verdict == "PASS"


def test_a_rewind_counts_its_rpo_from_the_named_moment() -> None:
    facts = spoilt(
        scope="rewind", rewind_to="2027-03-01T02:59:30+00:00", outage_declared_at="2027-03-01T08:00:00Z"
    )

    assert judged(facts).measured.rpo_seconds == 30
    assert "rpo-missed" not in names(facts)


def test_exactly_the_promise_keeps_it() -> None:
    assert "rpo-missed" not in names(spoilt(outage_declared_at="2027-03-01T03:59:00+00:00"))


def test_a_sleep_costs_no_data() -> None:
    slept = [{"begin": "2027-03-01T02:59:30+00:00", "end": "2027-03-01T10:59:30+00:00"}]
    facts = spoilt(scope="database", outage_declared_at="2027-03-01T11:00:00+00:00", sleeps=slept)

    assert judged(facts).measured.rpo_seconds == 60
    assert judged(facts).verdict == "PASS"


@given(st.integers(0, 3), st.integers(0, 3))
def test_a_checksum_may_differ_once_for_each_row_that_was_changed_and_no_oftener(
    changed: int, differ: int
) -> None:
    facts = spoilt(
        heartbeat__counters__tasks=counters(120 + 25 + 25 - 20, 40 + changed, 45),
        restored__tables__tasks__checksums=["x"] * differ + ["a", "b", "c"][differ:],
    )
    facts["manifest"]["tables"]["tasks"]["counters"] = counters(100 + 45 - 20 + 0, 40, 45)
    facts["restored"]["tables"]["tasks"]["rows"] = 100 + 25 + 2

    assert ("checksum-differs" in names(facts)) == (differ > changed)


def test_a_database_with_another_identity_is_another_tenants_and_one_that_nobody_asked_proves_nothing() -> (
    None
):
    mine, other = {"manifest__identity": "a"}, {"restored__identity": "b"}

    assert names(spoilt(**mine, **other)) == ["wrong-tenant"]
    assert names(spoilt(**mine)) == ["no-identity"]
    assert names(spoilt(**mine, restored__identity="a")) == names(spoilt(**other)) == []


def test_counts_that_were_reset_prove_nothing() -> None:
    found = judged(spoilt(heartbeat__counters__tasks=counters(3)))

    assert found.verdict == "INCONCLUSIVE"
    assert [finding.name for finding in found.findings] == ["no-counters"]


REWIND = {"scope": "rewind", "outage_declared_at": "2027-03-01T03:00:00Z"}


@pytest.mark.parametrize(
    ("name", "spoils"),
    [
        ("beyond-the-moment", {"rewind_to": "2027-03-01T02:59:29.999+00:00"}),
        ("stamped-later", {"rewind_to": "2027-03-01T02:59:28+00:00"}),
        ("stamped-later", {"rewind_to": "2027-03-01T02:50:00Z", f"{TASKS}__newest_at": None}),
    ],
)
def test_a_rewinds_data_never_lie_later_than_its_moment(name: str, spoils: dict[str, Any]) -> None:
    found = judged(spoilt(**REWIND, **spoils))

    assert found.verdict == "FAIL"
    assert name in [finding.name for finding in found.findings]
    assert judged(spoilt(**REWIND, rewind_to="2027-03-01T02:59:30Z")).verdict == "PASS"


@pytest.mark.parametrize("figure", ["service_back_at", "environment_green_at"])
def test_a_rewind_is_measured_too_and_a_figure_that_is_given_is_judged_in_each_scope(figure: str) -> None:
    late = {figure: "2027-03-01T09:00:00Z"}
    rewind = {**REWIND, "rewind_to": "2027-03-01T02:59:30Z"}

    assert "rto-missed" in names(spoilt(**rewind, **late))
    assert "rto-missed" in names(spoilt(scope="database", **late))
    assert judged(spoilt(**rewind, **{figure: None})).verdict == "INCONCLUSIVE"


@pytest.mark.parametrize("end", [1, 119, None])
def test_a_deletion_hides_no_missing_ids(end: int | None) -> None:
    assert names(spoilt(**{f"{TASKS}__max_id": end})) == ["ids-missing"]


def test_the_newest_rows_may_be_the_deleted_ones() -> None:
    facts = spoilt(
        heartbeat__counters__tasks=counters(120, 40, 30),
        **{f"{TASKS}__rows": 90, f"{TASKS}__rows_since_heartbeat": 0, f"{TASKS}__max_id": 110},
    )
    assert names(facts) == []


@pytest.mark.parametrize("missing", ["backup", "copy", "restore"])
def test_a_chain_of_evidence_with_a_link_missing_proves_nothing(missing: str) -> None:
    chain = {name: "x" for name in ("backup", "copy", "restore") if name != missing}

    assert names(spoilt(chain=chain)) == names(spoilt(chain={})) == ["no-chain"]
    needed = missing != "copy"
    assert names(spoilt(scope="database", chain=chain)) == (["no-chain"] if needed else [])
