"""Reads what people write for remedies: each by its published schema, then into values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.core.reading.faults import DocumentInvalid, Fault, shown
from functions.core.reading.schema import check
from functions.core.reading.strict_json import read_json
from functions.remediation.bundled import schema
from functions.remediation.policy.classification import Classified, Kind, Known, classify
from functions.remediation.policy.events import DETAIL_TYPE, SOURCE
from functions.remediation.policy.events import of as event_of
from functions.remediation.policy.judging import Guards, Judged, Measures, Point, judge
from functions.remediation.policy.reading.contradictions import contradictions, doubled
from functions.remediation.policy.reading.facts import Facts, alarms_of, facts_of
from functions.remediation.policy.reading.rules import policy_of
from functions.remediation.policy.reading.sources import perhaps
from functions.remediation.policy.scorecard import Entry

if TYPE_CHECKING:
    from functions.remediation.policy.rules import Policy

LARGEST = 1024 * 1024
"""Bytes of one document: EventBridge's largest event takes 256 KiB, a fleet's facts less than one MiB."""


def read_policy(text: str | bytes) -> Policy:
    """Reads a policy document.

    Raises:
        DocumentInvalid: it breaks a rule; every place is named.
    """
    return policy_of(check(read_json(text, most_bytes=LARGEST), schema("policy")))


def read_facts(value: object) -> Facts:
    """Reads the facts of one decision from plain values.

    Raises:
        DocumentInvalid: they break a rule; every place is named.
    """
    checked = check(value, schema("facts"))
    facts = facts_of(checked)
    faults = contradictions(checked)
    if faults:
        raise DocumentInvalid(faults)
    return facts


def classify_value(value: object, policy: Policy, known: Known) -> Classified:
    """Returns what any value that was delivered as an event comes to; one that is no alarm event is junk."""
    if isinstance(value, dict) and (value.get("source"), value.get("detail-type")) != (SOURCE, DETAIL_TYPE):
        what = f"{shown(value.get('source'))}, {shown(value.get('detail-type'))}"
        return Classified(Kind.JUNK, f"not an alarm's change of state: {what}")
    try:
        event = event_of(check(value, schema("event")))
    except DocumentInvalid as error:
        return Classified(Kind.JUNK, f"no alarm event: {error}")
    return classify(event, policy, known)


def read_known(value: object, *, account: str | None, region: str | None) -> Known:
    """Reads what is known beside an event.

    Raises:
        DocumentInvalid: it breaks a rule; every place is named.
    """
    checked = check(value, schema("known"))
    alarms = perhaps(checked["alarms"], lambda items: {alarm.name: alarm for alarm in alarms_of(items)})
    return Known(alarms, checked["taken"], checked["at_work"], account, region)


def judge_series(value: object) -> Judged:
    """Reads a series and judges it.

    Raises:
        DocumentInvalid: it breaks a rule; every place is named.
    """
    given = check(value, schema("series"))
    if given["settled_at"] < given["changed_at"]:
        raise DocumentInvalid(
            [Fault("$.settled_at", "lies before changed_at; the settle time follows the change")]
        )
    faults = doubled("points", given["points"], "at")
    if faults:
        raise DocumentInvalid(faults)
    names = ("threshold", "breach", "floor", "judge_minutes", "healthy_fewer", "healthy_minutes")
    more = ("errors_more", "p95_percent_more", "connections_planned")
    return judge(
        [Point(**point) for point in given["points"]],
        before=Guards(**given["before"]),
        measures=Measures(**{name: given[name] for name in (*names, *more)}, points=given["points_needed"]),
        changed_at=given["changed_at"],
        settled_at=given["settled_at"],
        alarm=given["alarm"],
        now=given["now"],
    )


def read_entry(value: object) -> Entry:
    """Reads an entry of the scorecard.

    Raises:
        DocumentInvalid: it breaks a rule; every place is named.
    """
    return Entry(**check(value, schema("score")))
