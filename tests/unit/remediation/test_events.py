"""Which events count: the corpus of real envelopes, each with what it comes to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.remediation.documents import classify_value, read_known
from functions.remediation.policy.classification import Classified, Kind
from tests.unit.remediation.cases import AUTO, NAMES

CORPUS = Path(__file__).parents[3] / "events/remediation"
CPU = NAMES["high_cpu"]
AT = "2027-01-05T02:56:00+00:00"
ARN = f"arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:{CPU}"
COMES_TO = {
    "metric": ("start", "nobody"),
    "math": ("start", "nobody"),
    "composite": ("tell", "team"),
    "suppressed": ("suppressed", "nobody"),
    "muted": ("start", "nobody"),
    "insufficient_data": ("start", "nobody"),
    "to_insufficient_data": ("over", "nobody"),
    "back_to_ok": ("over", "nobody"),
    "duplicate": ("start", "nobody"),
    "out_of_order": ("start", "nobody"),
    "partial_data": ("look_only", "nobody"),
    "set_alarm_state": ("start", "nobody"),
    "canary": ("canary", "nobody"),
    "burn": ("tell", "team"),
    "node": ("look_only", "team"),
    "no_traffic": ("page", "on_duty"),
    "unknown_alarm": ("ignored", "nobody"),
    "foreign_account": ("page", "on_duty"),
    "foreign_region": ("page", "on_duty"),
    "foreign_source": ("junk", "nobody"),
    "tags": ("start", "nobody"),
    "junk_no_state": ("junk", "nobody"),
    "junk_types": ("junk", "nobody"),
    "junk_no_offset": ("junk", "nobody"),
    "junk_list": ("junk", "nobody"),
}


def event(name: str) -> Any:
    return json.loads((CORPUS / f"{name}.json").read_text("utf-8"))


def classified(value: Any, **known: Any) -> Classified:
    return classify_value(value, AUTO, read_known(known, account="123456789012", region="ap-northeast-1"))


def present(since: str = AT, **more: Any) -> dict[str, Any]:
    return {"name": CPU, "state": "ALARM", "since": since, **more}


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.json")), ids=lambda path: path.stem)
def test_each_event_of_the_corpus_comes_to_what_is_said(path: Path) -> None:
    found = classified(event(path.stem))

    assert (found.kind.value, found.told.value) == COMES_TO[path.stem]
    assert found.why


def test_a_transition_is_known_by_its_alarm_and_its_time() -> None:
    key = classified(event("metric")).key
    assert key == f"{ARN}@{AT}"
    assert classified(event("duplicate"), taken=[key]).kind is Kind.DUPLICATE
    assert classified(event("metric"), alarms=[present()], taken=[key]).kind is Kind.DUPLICATE


def test_what_counts_is_the_present_state() -> None:
    assert classified(event("metric"), alarms=[present(state="OK")]).kind is Kind.OVER
    assert classified(event("metric"), alarms=[]).kind is Kind.OVER
    newer = classified(event("out_of_order"), alarms=[present()])
    assert (newer.kind, newer.key) == (Kind.START, f"{ARN}@{AT}")
    assert "newer transition" in newer.why
    suppressed = classified(event("metric"), alarms=[present(suppressed_by="API Unwell (dev)")])
    assert suppressed.kind is Kind.SUPPRESSED
    unread = classified(event("metric"), alarms={"unreadable": "timeout"})
    assert (unread.kind.value, unread.told.value) == ("refused", "on_duty")


@pytest.mark.parametrize("state", ["PARTIAL_DATA", "EVALUATION_FAILURE", "EVALUATION_ERROR", "IN_WARM_UP"])
def test_an_alarm_that_evaluates_badly_is_only_looked_at(state: str) -> None:
    assert classified(event("metric"), alarms=[present(evaluation=state)]).kind is Kind.LOOK_ONLY


def test_from_insufficient_data_only_a_new_alarm_is_only_looked_at() -> None:
    def kind(configured: str | None) -> str:
        alarms = [present(configured_at=configured, window_minutes=5)]
        return classified(event("insufficient_data"), alarms=alarms).kind.value

    assert kind("2027-01-05T02:51:00Z") == "look_only"
    assert kind("2027-01-05T02:50:59Z") == "start"
    assert kind(None) == "start"


def test_a_later_alarm_of_a_service_joins_its_run() -> None:
    assert classified(event("math"), at_work=["api"]).kind is Kind.JOIN
    assert classified(event("math"), at_work=["web"]).kind is Kind.START


def test_tags_and_names_never_say_what_an_alarm_is_about() -> None:
    found = classified(event("tags"))
    assert (found.does, found.service) == ("high_cpu", "api")


def test_the_largest_event_is_read_like_any_other() -> None:
    largest = event("metric")
    largest["detail"]["configuration"]["description"] = "x" * (256 * 1024 - len(json.dumps(largest)) - 20)
    assert len(json.dumps(largest)) > 255 * 1024
    assert classified(largest).kind is Kind.START


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=12,
)
PLACES = [("detail",), ("detail", "state"), ("detail", "state", "timestamp"), ("resources",), ("account",)]


@given(JSON)
def test_anything_else_is_junk_and_no_error(value: Any) -> None:
    assert classified(value).kind is Kind.JUNK


@given(st.sampled_from(PLACES), JSON)
def test_any_member_may_be_anything(place: tuple[str, ...], value: Any) -> None:
    broken = event("metric")
    inner = broken
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    assert classified(broken).why
