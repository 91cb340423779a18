"""Each pitfall of such recoveries that this policy covers has a test; the others are listed."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from functions.backup.policy.ownership import SERIES_TAG
from functions.disaster_recovery.policy.planned import planned as plan_recovery
from functions.disaster_recovery.policy.preflight import RESTORES, preflight, read_readiness
from functions.disaster_recovery.policy.readiness import Readiness
from tests.unit.backup.inventories import copies, going, inventory, planned, snapshot, weeks
from tests.unit.disaster_recovery.restores import judged, names, spoilt
from tests.unit.disaster_recovery.situations import READY, answer, changed

EXAMPLE = json.loads((Path(__file__).parents[3] / "docs/examples/recovery_readiness.json").read_text("utf-8"))

NOT_COVERED = {
    2: "lazy loading of restored volumes: a step that scans hot tables",
    3: "`backing-up` after a restore: the step that waits for the database",
    4: "CloudFormation that replaces a restored instance by an empty one: the stacks",
    12: "webhooks of controllers that are not up: the order in which the restore applies",
    14: "a backup deleted during a restore: the step that makes its location read-only",
    15: "service accounts' tokens change: the runbook",
    21: "connections that hang: the API's own timeouts, and a restart after the switch",
}


def red(**changes: Any) -> list[str]:
    facts = {**deepcopy(EXAMPLE), **changes}
    found = preflight(read_readiness(json.dumps(facts).encode()))
    assert found["green"] == (not found["red"])
    assert all(each["do"] for each in found["red"])
    return [each["name"] for each in found["red"]]


def test_pitfall_01_a_restore_without_its_parameter_group() -> None:
    assert red(parameter_groups={"toban-prod": False}) == ["parameter-group"]


def test_pitfall_05_a_password_that_is_another_in_the_recovery_region() -> None:
    assert red(secrets={"db": {"primary": "v8", "replica": "v7"}}) == ["secret"]


def test_pitfall_06_a_copy_that_was_asked_for_and_never_arrived() -> None:
    here = weeks(6)
    for state in ("copying", "failed"):
        assert "w5" not in going(planned(inventory(here, copies(here, state=state))))
    assert red(keys={"alias/toban-dr": False}) == ["key"]


def test_pitfall_07_a_secret_that_is_said_to_be_replicated_and_is_not() -> None:
    assert red(secrets={"db": {"primary": "v8", "replica": None}}) == ["secret"]


def test_pitfall_08_an_image_that_was_pushed_before_replication() -> None:
    assert red(images={"running": ["sha256:aa", "sha256:cc"], "present": ["sha256:aa"]}) == ["image"]
    assert "image-digest-differs" in names(spoilt(restored__image_digests={}))


def test_pitfall_09_a_service_account_that_a_new_cluster_does_not_know() -> None:
    assert red(pod_identities={"app-production/api-service": False}) == ["pod-identity"]


def test_pitfall_10_a_volume_whose_snapshot_no_other_region_restores() -> None:
    assert red(volumes_moved={"monitoring/prometheus": False}) == ["volume"]


def test_pitfall_11_a_restore_into_a_lower_kubernetes() -> None:
    assert red(kubernetes={"primary": 35, "recovery": 34}) == ["kubernetes"]


def test_pitfall_13_completed_does_not_mean_ready() -> None:
    assert judged(spoilt(restored__smoke_passed=None)).verdict == "INCONCLUSIVE"
    assert "cluster-object-missing" in names(spoilt(restored__cluster_objects=[]))


def test_pitfall_16_dns_that_never_fails_over_or_moves_too_early() -> None:
    assert red(records={"tasks": {"health_check": False, "ttl": 300}}) == ["record", "record"]
    steps = {step["name"]: step for step in plan_recovery("snapshot", {})["steps"]}
    assert steps["dns"]["begins"] >= max(steps[name]["ends"] for name in ("smoke-before", "fence", "promote"))


def test_pitfall_17_capacity_that_is_not_there() -> None:
    assert red(instance_types={"a": ["t3.medium"], "b": ["t3.medium", "t3a.medium"]}) == ["capacity"]


def test_pitfall_18_a_limit_that_is_reached_on_the_day() -> None:
    assert red(quotas={"vCPU": {"needed": 24, "free": 23}}) == ["quota"]


def test_pitfall_19_a_responder_who_may_not_restore() -> None:
    may = dict.fromkeys(RESTORES, True)
    for action in RESTORES:
        assert red(allowed_actions={**may, action: False}) == ["action"]
        assert red(allowed_actions={name: True for name in may if name != action}) == ["action"]


def test_pitfall_20_a_machine_in_the_dead_region() -> None:
    assert red(machine_region="ap-northeast-1") == ["machine"]
    assert answer(changed(primary_lock={"answers": False}))["gate"]["open"]


def test_pitfall_22_status_fields_that_lie() -> None:
    for words in ("all services operate normally", "the Region is gone", None):
        assert answer(changed(evidence__aws_health=words))["gate"] == answer(READY)["gate"]


def test_pitfall_23_the_newest_snapshot_is_empty() -> None:
    newest = {"id": "new", "created_at": "2027-03-01T02:00:00Z", "verdict": "FAIL"}
    found = answer(changed(point_in_time=None, snapshots=[*READY["snapshots"], newest]))
    assert found["source"]["snapshot"] == "weekly-1"


def test_pitfall_24_a_drill_that_opened_a_database_to_the_world() -> None:
    assert red(open_to_the_world=["sg-1"]) == ["open"]
    assert "leftover" in names(spoilt(leftovers=["sg-1 from 0.0.0.0/0"]))


def test_pitfall_25_a_certificate_that_is_not_there_or_about_to_end() -> None:
    assert red(certificates={"tasks": {"expires_at": None}}) == ["certificate"]
    assert red(certificates={"tasks": {"expires_at": "2027-03-30T20:59:59Z"}}) == ["certificate"]
    assert red(certificates={"tasks": {"expires_at": "2027-03-30T21:00:00Z"}}) == []


def test_pitfall_26_automated_backups_and_points_of_aws_backup_are_left_alone() -> None:
    tags = {SERIES_TAG: "weekly"}
    others = [
        snapshot("rds:auto", days=400, type="automated", tags=tags),
        snapshot("awsbackup:x", days=400, type="awsbackup", tags=tags),
    ]
    plan = planned(inventory([*weeks(6), *others]))
    assert {item.action for item in plan.items if item.id in {"rds:auto", "awsbackup:x"}} == {"keep"}


def test_pitfall_27_a_lock_that_nobody_can_undo() -> None:
    assert red(vault_lock="compliance") == ["vault-lock"]
    assert red(vault_lock="governance") == []


def test_a_template_that_the_recovery_region_would_refuse_is_red() -> None:
    assert red(template_faults={"stacks/main.yaml": ["no such zone"]}) == ["template"]


@pytest.mark.parametrize(
    "name", [each for each in Readiness._fields if each not in {"now", "recovery_region"}]
)
def test_what_nobody_looked_at_is_red(name: str) -> None:
    assert red(**{name: None}) == [f"no-{name}"]


@pytest.mark.parametrize(
    "name",
    [
        "keys", "secrets", "certificates", "quotas", "allowed_actions", "pod_identities", "parameter_groups",
        "records", "template_faults",
    ],
)  # fmt: skip
def test_nothing_looked_at_is_as_red_as_nobody_looking(name: str) -> None:
    assert red(**{name: {}}) == [f"no-{name}"]
    assert red(images={"running": [], "present": ["sha256:aa"]}) == ["no-images"]


def test_each_of_the_27_pitfalls_has_a_test_or_is_listed() -> None:
    tested = {int(name.split("_")[2]) for name in globals() if name.startswith("test_pitfall_")}

    assert tested | set(NOT_COVERED) == set(range(1, 28))
    assert not tested & set(NOT_COVERED)
