"""Chooses the schedule document to follow: the applied one, else the last good one, else the bundled one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from functions.core import names
from functions.core.control import TargetRecord
from functions.core.instants import read_instant
from functions.core.reading.faults import DocumentInvalid
from functions.night_scaling.schedule.document import parse_schedule
from functions.night_scaling.schedule.model import Hold, HoldKind, ScheduleDocument
from functions.runs.policy.page import UTC

APPLIED = names.SETTINGS_NOTE + "night_scaling/schedule"
"""Note of the document that a person has applied."""
LAST_GOOD = names.SHARED_NOTE + "night_scaling/last_good_schedule"
"""Note of the last document that could be followed."""


class ActiveSchedule(NamedTuple):
    """The schedule in force.

    Attributes:
        document: The schedule.
        text: Its text when it is the applied one and good; None when it is not.
        holds: The holds that could be read.
        faults: Why another document, or a hold, is not followed.
    """

    document: ScheduleDocument
    text: str | None
    holds: tuple[Hold, ...]
    faults: tuple[str, ...]


def document_in(record: TargetRecord, note: str) -> str | None:
    """Returns the text of the document that a note keeps; None when there is none."""
    text = record.note(note).values.get("document")
    return None if text is None else str(text)


def find_active(
    record: TargetRecord, *, environment: str, bundled: str | None, nodegroups: tuple[str, ...] | None = None
) -> ActiveSchedule | None:
    """Finds the schedule in force; None when there is neither an applied nor a bundled one.

    Args:
        record: What the control table remembers.
        environment: Environment that the document has to be written for, or a member of its fleet, such as
            `dev/search`: then the document and the holds are given as far as they concern that target.
        bundled: Text of the document that ships for the environment; None when none does.
        nodegroups: Node groups that it may name; None where nobody knows them, as on the command line.
    """
    member = names.member_of(environment)
    active = _find(record, names.environment_of(environment), bundled, None if member else nodegroups)
    if active is None or member is None:
        return active
    holds = tuple(hold for hold in active.holds if hold.target in (None, member))
    return active._replace(document=_only(active.document, member), holds=holds, faults=())


def _only(document: ScheduleDocument, member: str) -> ScheduleDocument:
    """Returns the document with one target, once per document, so that what was worked out is kept."""
    known: ScheduleDocument | None = document.worked_out.get(member)
    if known is None:
        targets = tuple(target for target in document.targets if target.name == member)
        known = document.worked_out[member] = replace(document, targets=targets)
    return known


def zone_of(environment: str, *, bundled: str | None) -> Callable[[TargetRecord], ZoneInfo]:
    """Returns what reads a record's zone: that of the schedule in force, or UTC without one."""

    def zone(record: TargetRecord) -> ZoneInfo:
        active = find_active(record, environment=environment, bundled=bundled)
        return active.document.zone if active else UTC

    return zone


def _find(
    record: TargetRecord, environment: str, bundled: str | None, nodegroups: tuple[str, ...] | None
) -> ActiveSchedule | None:
    holds, faults = _holds(record.holds)
    applied = document_in(record, APPLIED)
    # The last good one is a function's own note, and counts where a person's document cannot be followed.
    last_good = document_in(record, LAST_GOOD) if applied is not None else None
    for text in (applied, last_good, bundled):
        if text is None:
            continue
        document, fault = _read(text)
        fault = fault or (
            _unknown(document, nodegroups, environment) if document and text == applied else None
        )
        if document is None or fault:
            faults.append(f"A schedule document is refused, and the last good one stays in force: {fault}")
            continue
        followed = text if text == applied else None
        return ActiveSchedule(document, followed, holds, tuple(dict.fromkeys(faults)))
    return None


@lru_cache(maxsize=8)
def _read(text: str) -> tuple[ScheduleDocument | None, str | None]:
    """Reads a document once per container, whatever the number of ticks.

    The second value is why it is refused.
    """
    try:
        return parse_schedule(text), None
    except DocumentInvalid as refused:
        return None, str(refused)


def _unknown(document: ScheduleDocument, nodegroups: tuple[str, ...] | None, environment: str) -> str | None:
    if document.environment != environment:
        return f"it is written for {document.environment}, and this control plane operates {environment}."
    if nodegroups is None:
        return None
    named = {group.name for target in document.targets for group in target.nodegroups}
    strange = sorted(named - set(nodegroups))
    if not strange:
        return None
    unknown, known = ", ".join(strange), ", ".join(nodegroups)
    return f"it names the unknown node group {unknown}; this control plane knows {known}."


def _holds(items: tuple[Mapping[str, object], ...]) -> tuple[tuple[Hold, ...], list[str]]:
    holds: list[Hold] = []
    faults: list[str] = []
    for item in items:
        try:
            holds.append(_hold(item))
        except KeyError as error:
            faults.append(f"The hold {item.get('id')} cannot be read and is not followed: it lacks {error}.")
        except (TypeError, ValueError) as error:
            faults.append(f"The hold {item.get('id')} cannot be read and is not followed: {error}.")
    return tuple(holds), faults


def _hold(item: Mapping[str, object]) -> Hold:
    kind = str(item["kind"])
    mode, target = item.get("mode"), item.get("target")
    return Hold(
        id=str(item["id"]),
        kind="keep_awake" if kind == "keep_awake" else _sleep_now(kind),
        owner=str(item["owner"]),
        reason=str(item["reason"]),
        begins=read_instant(item["begins"]),
        expires=read_instant(item["expires"]),
        mode=None if mode is None else str(mode),
        target=None if target is None else str(target),
    )


def _sleep_now(kind: str) -> HoldKind:
    if kind == "sleep_now":
        return "sleep_now"
    raise ValueError(f"its kind is {kind!r}, and must be keep_awake or sleep_now")
