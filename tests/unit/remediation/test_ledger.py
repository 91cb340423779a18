"""A template is known by its content, and good after thirty minutes without a new alarm."""

from __future__ import annotations

from datetime import timedelta

from functions.remediation.policy.ledger import RevisionLedger, Standing, Stint, key_of, standing
from functions.remediation.policy.plan import Change, undo_of
from tests.unit.remediation.cases import NOW

TEMPLATE = {
    "metadata": {"labels": {"app": "api"}},
    "spec": {"containers": [{"name": "api", "image": "api:1"}]},
}


def before(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def of(**stint: float | bool | None) -> Standing:
    began, ended, alarm = (stint.get(name) for name in ("began", "ended", "alarm"))
    found = Stint(
        "k",
        NOW - before(began or 0),
        None if ended is None else NOW - before(ended),
        None if alarm is None else NOW - before(alarm),
        bool(stint.get("blamed")),
    )
    return standing(RevisionLedger((found,)), "k", now=NOW)


def test_restarts_do_not_change_a_templates_key() -> None:
    restarted = {
        "metadata": {
            "labels": {"app": "api", "pod-template-hash": "abc"},
            "annotations": {"kubectl.kubernetes.io/restartedAt": "2027", "toban.dev/restarted-at": "2027"},
            "creationTimestamp": None,
        },
        "spec": TEMPLATE["spec"],
    }
    assert key_of(restarted) == key_of(TEMPLATE)
    other = {**TEMPLATE, "spec": {"containers": [{"name": "api", "image": "api:2"}]}}
    assert key_of(other) != key_of(TEMPLATE)
    annotated = {**TEMPLATE, "metadata": {**TEMPLATE["metadata"], "annotations": {"config": "2"}}}
    assert key_of(annotated) != key_of(TEMPLATE)


def test_good_is_thirty_minutes_without_a_new_alarm() -> None:
    assert of(began=30) is Standing.GOOD
    assert of(began=29) is Standing.UNKNOWN
    assert of(began=60, ended=31) is Standing.UNKNOWN
    assert of(began=60, alarm=31) is Standing.UNKNOWN
    assert of(began=60, alarm=30) is Standing.GOOD


def test_present_evidence_makes_a_good_template_bad() -> None:
    assert of(began=600, blamed=True) is Standing.BAD


def test_a_template_of_several_stints_is_as_good_as_its_best_and_as_bad_as_its_worst() -> None:
    short = Stint("k", NOW - before(10), NOW - before(5))
    long = Stint("k", NOW - before(600), NOW - before(300))
    assert standing(RevisionLedger((short, long)), "k", now=NOW) is Standing.GOOD
    blamed = short._replace(blamed=True)
    assert standing(RevisionLedger((blamed, long)), "k", now=NOW) is Standing.BAD


def test_a_release_is_not_given_back_by_a_machine() -> None:
    assert undo_of(Change("Deployment", "/spec/template", "bad", "good")) is None
    assert undo_of(Change("Pod", "eviction", None, "api-1")) is None
    bound = Change("HorizontalPodAutoscaler", "/spec/maxReplicas", 10, 12)
    assert undo_of(bound) == Change("HorizontalPodAutoscaler", "/spec/maxReplicas", 12, 10)
