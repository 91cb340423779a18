"""Rules between the parts of a document: unique names, windows that do not contradict, sizes that fit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from functions.core.time_windows import DAY_MINUTES, WEEKDAYS, clock_text, first_shared_minute, instant_of
from functions.night_scaling.schedule.model import AWAKE, ScheduleDocument

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from functions.core.reading.faults import Faults

_EXAMPLE_MONDAY = date(2027, 1, 4)
"""A Monday of an ordinary week, for example instants."""


def check_rules(document: ScheduleDocument, faults: Faults) -> None:
    """Notes every rule that the document breaks although each of its parts is well formed."""
    _check_names(document, faults)
    _check_fallbacks(document, faults)
    _check_windows(document, faults)
    _check_calendars(document, faults)
    _check_freezes(document, faults)
    _check_sizes(document, faults)
    _check_protected(document, faults)


def _check_names(document: ScheduleDocument, faults: Faults) -> None:
    for key, things in (
        ("windows", document.windows),
        ("calendars", document.calendars),
        ("freezes", document.freezes),
        ("targets", document.targets),
    ):
        for place, name in _repeated(thing.name for thing in things):
            faults.add(f"$.{key}[{place}].name", f'"{name}" is taken by another of them; choose another name')
    for at, target in enumerate(document.targets):
        for place, name in _repeated(group.name for group in target.nodegroups):
            faults.add(
                f"$.targets[{at}].nodegroups[{place}].name", f'"{name}" stands twice; keep one of them'
            )


def _check_fallbacks(document: ScheduleDocument, faults: Faults) -> None:
    for at, target in enumerate(document.targets):
        names = {group.name for group in target.nodegroups}
        for place, group in enumerate(target.nodegroups):
            if group.fallback is not None and group.fallback not in names - {group.name}:
                other = f'no other node group of target "{target.name}"'
                sentence = f'"{group.fallback}" is {other}; name one, or take it out'
                faults.add(f"$.targets[{at}].nodegroups[{place}].fallback", sentence)
            elif group.fallback in document.protected.nodegroups:
                sentence = f'"{group.fallback}" is protected and never lends; name another, or take it out'
                faults.add(f"$.targets[{at}].nodegroups[{place}].fallback", sentence)


def _repeated(names: Iterable[str]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for place, name in enumerate(names):
        if name in seen:
            yield place, name
        seen.add(name)


def _never_sleeps(length: timedelta, document: ScheduleDocument) -> str:
    minute = timedelta(minutes=1)
    return (
        f'lasts {length // minute} minutes, so with "lead_minutes" {document.lead // minute} it would never '
        "sleep; lengthen it"
    )


def _check_windows(document: ScheduleDocument, faults: Faults) -> None:
    for place, window in enumerate(document.windows):
        shortest = min(window.when.minutes(day) for day in window.when.days)
        if timedelta(minutes=shortest) <= document.lead:
            sentence = _never_sleeps(timedelta(minutes=shortest), document)
            faults.add(f"$.windows[{place}].end", sentence)
    for (_, one), (place, other) in combinations(enumerate(document.windows), 2):
        minute = None if one.mode == other.mode else first_shared_minute(one.when, other.when)
        if minute is not None:
            day, clock = WEEKDAYS[minute // DAY_MINUTES], clock_text(minute % DAY_MINUTES)
            example = _EXAMPLE_MONDAY + timedelta(days=minute // DAY_MINUTES)
            faults.add(
                f"$.windows[{place}]",
                f'"{other.name}" wants mode "{other.mode}" while "{one.name}" wants "{one.mode}", '
                f"for example on {day} {example}T{clock}; end one before the other begins",
            )


def _check_calendars(document: ScheduleDocument, faults: Faults) -> None:
    for place, calendar in enumerate(document.calendars):
        if calendar.mode == AWAKE or calendar.joins:
            continue
        for day in calendar.dates:
            begin, end = (
                instant_of(
                    datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute), document.zone
                )
                for minute in (calendar.begin, calendar.end)
            )
            if end - begin <= document.lead:
                faults.add(f"$.calendars[{place}].end", f"{_never_sleeps(end - begin, document)} (on {day})")
                break
    for (_, one), (place, other) in combinations(enumerate(document.calendars), 2):
        if AWAKE in {one.mode, other.mode} or one.mode == other.mode:
            continue
        for day in one.dates.keys() & other.dates.keys():
            if max(one.begin, other.begin) < min(one.end, other.end):
                faults.add(
                    f"$.calendars[{place}].dates",
                    f'{day} is in "{one.name}" (mode "{one.mode}") too, '
                    f'and this calendar wants mode "{other.mode}"; take it out of one of them',
                )
                break


def _check_freezes(document: ScheduleDocument, faults: Faults) -> None:
    for place, freeze in enumerate(document.freezes):
        if freeze.mode != AWAKE and freeze.end - freeze.begin <= document.lead:
            sentence = _never_sleeps(freeze.end - freeze.begin, document)
            faults.add(f"$.freezes[{place}].end", sentence)
    for (_, one), (place, other) in combinations(enumerate(document.freezes), 2):
        begin = max(one.begin, other.begin)
        if one.mode != other.mode and begin < min(one.end, other.end):
            local = begin.astimezone(document.zone).isoformat(timespec="minutes")
            faults.add(
                f"$.freezes[{place}]",
                f'"{other.name}" wants mode "{other.mode}" while "{one.name}" wants "{one.mode}", '
                f"for example at {local}; end one before the other begins",
            )


def _check_sizes(document: ScheduleDocument, faults: Faults) -> None:
    for name, layers in document.modes.items():
        for target in document.targets:
            most = sum(group.maximum for group in target.nodegroups)
            if layers.nodegroups is not None and layers.nodegroups > most:
                faults.add(
                    f"$.modes.{name}.nodegroups",
                    f'{layers.nodegroups} nodes are more than the "max" of all node groups of target '
                    f'"{target.name}" together ({most}); write at most {most}',
                )


def _check_protected(document: ScheduleDocument, faults: Faults) -> None:
    groups = {group.name for target in document.targets for group in target.nodegroups}
    databases = {database.name for target in document.targets for database in target.databases}
    for kind, named, known in (
        ("nodegroups", document.protected.nodegroups, groups),
        ("databases", document.protected.databases, databases),
    ):
        for name in sorted(named - known):
            unknown = f'"{name}" belongs to no target, so nothing would be protected'
            sentence = f"{unknown}; correct the name or take it out"
            faults.add(f"$.protected.{kind}", sentence)
