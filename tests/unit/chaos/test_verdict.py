"""Verdicts: a disproof stands above missing evidence, and nothing that was not measured is a pass."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.chaos.policy.findings import acknowledge, after_run
from functions.chaos.policy.journal import journal
from functions.core.errors import SafetyRefusal
from tests.unit.chaos.runs import RECORD, STEADY, at, outcome, samples, verdict, with_measure
from tests.unit.chaos.worlds import experiment
from toban.experiments.page import page_of


def test_a_run_that_held_what_was_believed_passes() -> None:
    found = verdict()

    assert (found.verdict, found.failed, found.missing, found.page) == ("PASS", (), (), False)
    assert found.recovered_at is not None


FAILS: list[tuple[dict[str, Any], str, bool]] = [
    ({"samples": with_measure("error_percent", 0, 1.01, 0)}, "error_percent was 1.01 during", False),
    ({"samples": with_measure("ready_pods", 3, 1, 3)}, "ready_pods was 1 during", False),
    ({"stopped_by": "alarm", "why": "errors"}, "a stop alarm ended it: errors", False),
    ({"breach_at": at(1), "removed_at": at(2.02)}, "61.2 seconds from the first breach", False),
    ({"alarm_at": at(1), "removed_at": at(1.52)}, "31.2 seconds from the alarm", False),
    ({"leftovers": ["PodChaos pod-kill-1"]}, "left over: PodChaos pod-kill-1", True),
    ({"removed_at": None}, "not seen to be gone", True),
    ({"hit": ["a", "b"]}, "2 were hit, 1 were planned", True),
    ({"samples": with_measure("error_percent", 0, 0, 5)}, "not back 5 minutes after the stop", True),
]


@pytest.mark.parametrize(("changes", "sentence", "page"), FAILS)
def test_what_is_disproved_fails_and_what_is_still_broken_wakes_somebody(
    changes: dict[str, Any],
    sentence: str,
    page: bool,  # noqa: FBT001 -- a column
) -> None:
    found = verdict(**changes)

    assert found.verdict == "FAIL"
    assert any(sentence in said for said in found.failed)
    assert found.page == page


UNKNOWN: list[tuple[dict[str, Any], str]] = [
    (
        {"samples": [*samples("error_percent", 0, 0, 0), *samples("p95_ms", 1, 1, 1)]},
        "ready_pods was not measured",
    ),
    ({"samples": []}, "error_percent was not measured before"),
    ({"samples": with_measure("error_percent", 2, 0, 0)}, "before the fault already"),
    ({"stopped_by": "person", "why": "lunch"}, "ended by a person: lunch"),
    ({"stopped_by": "time-out", "why": "late"}, "ended by a time-out"),
    ({"injected_at": None, "removed_at": None, "hit": []}, "the fault was never there"),
    ({"hit": []}, "nothing is known to have been hit"),
    ({"leftovers": None}, "the search for leftovers gave no answer"),
    ({"removed_at": at(4.9)}, "gone before its duration was over"),
    ({"samples": [each for each in STEADY if each["at"] < at(5)]}, "not measured after"),
    (
        {"ended_at": at(6), "samples": [e for e in with_measure("p95_ms", 9, 9, 2000) if e["at"] < at(6)]},
        "before the steady",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), UNKNOWN)
def test_what_is_not_known_is_inconclusive(changes: dict[str, Any], sentence: str) -> None:
    found = verdict(**changes)

    assert any(sentence in said for said in found.missing)
    assert found.verdict == ("FAIL" if found.failed else "INCONCLUSIVE")


def test_a_recovery_is_in_time_at_the_last_second_and_late_after_it() -> None:
    def back_after(minutes: float) -> str:
        late = {at(5 + tick / 6) for tick in range(round(minutes * 6))}
        errors = [each for each in STEADY if each["measure"] == "error_percent" and each["at"] in late]
        bad = [{**each, "value": 9} if each in errors else each for each in STEADY]
        return verdict(samples=bad).verdict

    assert back_after(5) == "PASS"
    assert back_after(5 + 1 / 6) == "FAIL"


@settings(max_examples=50, deadline=None)
@given(st.sets(st.integers(0, len(STEADY) - 1)), st.sampled_from(["error_percent", "p95_ms", "ready_pods"]))
def test_a_run_without_a_phase_of_a_measure_never_passes(gone: set[int], measure: str) -> None:
    left = [each for place, each in enumerate(STEADY) if place not in gone and each["measure"] != measure]

    assert verdict(samples=left).verdict != "PASS"


def test_a_finding_is_opened_acknowledged_with_a_reason_and_closed_by_a_passing_run() -> None:
    opened = after_run((), experiment="cpu", run="cpu-1", verdict="FAIL", why="slow")
    assert after_run(opened, experiment="cpu", run="cpu-1", verdict="FAIL", why="slow") == opened
    assert [each.state for each in opened] == ["open"]
    with pytest.raises(SafetyRefusal, match="with a reason"):
        acknowledge(opened, "cpu-1", who="aoi", reason=" ")
    with pytest.raises(SafetyRefusal, match="there is no finding"):
        acknowledge(opened, "cpu-2", who="aoi", reason="x")

    known = acknowledge(opened, "cpu-1", who="aoi", reason="bigger nodes come in March")
    assert (known[0].state, known[0].reason) == ("acknowledged", "aoi: bigger nodes come in March")
    for verdict_, name in (("INCONCLUSIVE", "cpu"), ("NOT APPLICABLE", "cpu"), ("PASS", "memory")):
        assert after_run(known, experiment=name, run="x", verdict=verdict_, why="") == known
    closed = after_run(known, experiment="cpu", run="cpu-3", verdict="PASS", why="")
    assert (closed[0].state, closed[0].closed_by) == ("closed", "cpu-3")
    with pytest.raises(SafetyRefusal, match="was closed by cpu-3"):
        acknowledge(closed, "cpu-1", who="aoi", reason="again")


def test_the_journal_has_chaos_toolkits_form_and_the_times() -> None:
    changes = {
        "stopped_by": "alarm",
        "why": "errors",
        "breach_at": at(1),
        "alarm_at": at(1.4),
        "removed_at": at(1.8),
    }
    ended = outcome(**changes)
    written = journal(experiment("pod-kill"), ended, verdict(**changes))

    form = (
        "chaoslib-version",
        "experiment",
        "start",
        "status",
        "deviated",
        "steady_states",
        "run",
        "rollbacks",
    )
    assert {*form, "end", "duration"} <= set(written)
    assert (written["status"], written["deviated"], written["duration"]) == ("aborted", True, 780)
    assert written["steady_states"]["before"]["steady_state_met"] is True
    said = written["toban"]
    assert [round(said[f"seconds_{key}"]) for key in ("to_detect", "to_stop", "from_alarm_to_stop")] == [
        24,
        48,
        24,
    ]


def test_the_page_shows_the_verdict_and_takes_no_markup_of_anybody() -> None:
    ended = outcome(stopped_by="alarm", why="<script>alert(1)</script>", hit=["<b>"])
    asked = experiment("pod-kill")
    page = page_of(
        asked, ended, journal(asked, ended, verdict(stopped_by="alarm", why="<script>alert(1)</script>"))
    )

    assert '<span class="FAIL">FAIL</span>' in page
    assert "<script" not in page
    assert "<b>" not in page
    assert page.count("<svg") == len(asked.measures)
    assert RECORD["run"] == "pod-kill-1"
