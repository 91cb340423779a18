"""The published shape of a situation, and what no shape can say of it."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from functions.core.reading.faults import Faults
from functions.core.reading.people import SEEN
from functions.core.reading.records import Listed, Member, Nullable, Record, read_record
from functions.core.reading.shapes import Choice as OneOf
from functions.core.reading.shapes import Instant, Text, Whole
from functions.disaster_recovery.policy import situation as facts
from functions.disaster_recovery.policy.asked_shape import EVIDENCE, REQUEST, SAID, maybe
from functions.disaster_recovery.policy.durations import DURATIONS
from functions.disaster_recovery.policy.regions_shape import EPOCHS, LOCK, NUMBER, PROGRESS

_MINUTES: Final = Whole(1, 100_000)

SITUATION: Final = Record(
    facts.Situation,
    {
        "now": Member(Instant(), "the instant to answer for"),
        "request": Member(REQUEST, "what is asked for"),
        "used_names": Member(Listed(Text()), "names of earlier executions, MODE-INCIDENT-ATTEMPT", []),
        "evidence": Member(EVIDENCE, "what the gate asks for", {}),
        "approval_asked_at": Member(
            Nullable(Instant()), "when people were asked, where later than the request", None
        ),
        "plan_digest": Member(Text(), "digest of the plan that is to be approved", "this"),
        "answers": Member(Listed(SAID), "what people said", []),
        "aborted": maybe(
            Record(
                facts.Aborted,
                {
                    "who": Member(SEEN, "who ended it"),
                    "reason": Member(SEEN, "why"),
                    "at": Member(Instant(), "when"),
                },
            ),
            "an abort",
        ),
        "passed_point_of_no_return_at": Member(
            Nullable(Instant()), "when fence, promotion and DNS began; null: not yet", None
        ),
        "recovery_lock": Member(LOCK, "lock of the recovery Region's table"),
        "primary_lock": Member(LOCK, "lock of the primary's table", {"answers": False}),
        "epochs": Member(EPOCHS, "the number in each Region", {}),
        "progress": Member(Listed(PROGRESS), "steps that have begun", []),
        "point_in_time": maybe(
            Record(
                facts.PointInTime,
                {
                    "begin": Member(Instant(), "oldest moment that can be restored"),
                    "until": Member(Instant(), "newest"),
                    "changes": Member(NUMBER, "row changes ever made, up to the newest", None),
                },
            ),
            "what the replicated automated backups can restore",
        ),
        "snapshots": Member(
            Listed(
                Record(
                    facts.VerifiedSnapshot,
                    {
                        "id": Member(Text(), "its name"),
                        "created_at": Member(Instant(), "when it was made"),
                        "state": Member(Text(), "AWS's word", "available"),
                        "verdict": Member(
                            Nullable(OneOf(("PASS", "FAIL", "INCONCLUSIVE"))), "of its newest restore", None
                        ),
                        "changes": Member(NUMBER, "row changes ever made, up to it", None),
                    },
                )
            ),
            "snapshots in the Region to restore in",
            [],
        ),
        "choice": maybe(
            Record(
                facts.Choice,
                {
                    "source": Member(OneOf(("point-in-time", "snapshot")), "what to restore from"),
                    "who": Member(SEEN, "who chose"),
                    "reason": Member(SEEN, "why"),
                    "at": Member(Instant(), "when"),
                },
            ),
            "a person's choice",
        ),
        "durations": Member(DURATIONS, "recorded minutes of each step", {}),
        "limits": Member(
            Record(
                facts.Limits,
                {
                    "evidence_minutes": Member(_MINUTES, "evidence and a yes that are older ask again", 15),
                    "failover_approval_minutes": Member(_MINUTES, "end of an approval in earnest", 15),
                    "drill_approval_minutes": Member(_MINUTES, "end of an approval in a drill", 30),
                    "rto_minutes": Member(_MINUTES, "promised", 60),
                    "alarm_minutes": Member(_MINUTES, "forecast from which on people are told", 50),
                    "rpo_minutes": Member(_MINUTES, "promised", 60),
                },
            ),
            "the numbers of the gates",
            {},
        ),
    },
)


def read_situation(content: bytes) -> facts.Situation:
    """Returns a situation.

    Raises:
        DocumentInvalid: it breaks the shape, or contradicts itself.
    """
    found: facts.Situation = read_record(content, SITUATION)
    faults = Faults()
    times = Counter(step.name for step in found.progress)
    for place, step in enumerate(found.progress):
        at = f"$.progress[{place}]"
        if times[step.name] > 1:
            faults.add(f"{at}.name", f"{step.name!r} stands twice; keep its newest attempt")
        if step.began_at > found.now:
            faults.add(f"{at}.began_at", "lies after `now`")
        if step.ended_at and not step.began_at <= step.ended_at <= found.now:
            faults.add(f"{at}.ended_at", "lies before `began_at`, or after `now`")
        if step.failed and step.ended_at is None:
            faults.add(f"{at}.failed", "is said of a step that has not ended")
    _refuse_contradictions(found, faults)
    _refuse_later(found, faults)
    faults.refuse_if_any()
    return found


def _refuse_contradictions(found: facts.Situation, faults: Faults) -> None:
    window = found.point_in_time
    if window and not window.begin <= window.until:
        faults.add("$.point_in_time.begin", "lies after `until`")
    if found.approval_asked_at and found.approval_asked_at < found.request.asked_at:
        faults.add("$.approval_asked_at", "lies before `request.asked_at`")
    ids = Counter(each.id for each in found.snapshots)
    for place, each in enumerate(found.snapshots):
        if ids[each.id] > 1:
            faults.add(f"$.snapshots[{place}].id", f"{each.id!r} stands twice")


def _refuse_later(found: facts.Situation, faults: Faults) -> None:
    evidence = found.evidence
    stamps: dict[str, Any] = {
        "$.request.asked_at": found.request.asked_at,
        "$.request.outage_declared_at": found.request.outage_declared_at,
        "$.request.rewind_to": found.request.rewind_to,
        "$.approval_asked_at": found.approval_asked_at,
        "$.passed_point_of_no_return_at": found.passed_point_of_no_return_at,
        "$.aborted.at": found.aborted.at if found.aborted else None,
        "$.point_in_time.until": found.point_in_time.until if found.point_in_time else None,
        "$.choice.at": found.choice.at if found.choice else None,
        "$.evidence.preflight.at": evidence.preflight.at if evidence.preflight else None,
        "$.evidence.last_heartbeat.read_at": (
            evidence.last_heartbeat.read_at if evidence.last_heartbeat else None
        ),
        **{f"$.evidence.probes[{place}].at": probe.at for place, probe in enumerate(evidence.probes)},
        **{f"$.answers[{place}].at": answer.at for place, answer in enumerate(found.answers)},
    }
    for path, at in stamps.items():
        if at and at > found.now:
            faults.add(path, "lies after `now`")
