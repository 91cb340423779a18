"""Reads an experiment document: all of its faults at once, or an experiment that can be trusted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from functions.chaos.policy.catalogue import FAULTS, GRAVE
from functions.chaos.policy.experiment import Experiment
from functions.chaos.policy.numbers import DEVELOPMENT, Numbers
from functions.chaos.policy.reading_hypothesis import read_hypothesis
from functions.chaos.policy.reading_target import read_blast_radius, read_parameters, read_target
from functions.chaos.policy.reading_window import read_window
from functions.core.reading.faults import Faults
from functions.core.reading.strict_json import read_json
from functions.core.reading.table import Table
from functions.runs.policy.approval import digest

_KEYS = (
    "$schema",
    "version",
    "name",
    "environment",
    "fault",
    "proves",
    "hypothesis",
    "target",
    "blast_radius",
    "duration_minutes",
    "stop_alarms",
    "window",
    "approval",
    "parameters",
)
ALARM = r"[^\x00-\x1f\x7f]{1,255}"


def parse_experiment(text: str | bytes, *, numbers: Numbers) -> Experiment:
    """Reads an experiment document.

    Args:
        text: JSON, in UTF-8 when given as bytes; at most 256 KiB.
        numbers: The policy's numbers.

    Raises:
        DocumentInvalid: The document breaks a rule; its `faults` name every place and what to write there.
    """
    faults = Faults()
    value = read_json(text, what="an experiment", examples="functions/chaos/experiments/")
    table = Table(value, "$", faults, keys=_KEYS)
    if not table.is_object:
        faults.refuse_if_any()
    experiment = _read(table, faults, numbers)
    faults.refuse_if_any()
    return experiment._replace(digest=digest(value))


def _read(table: Table, faults: Faults, numbers: Numbers) -> Experiment:
    table.text("$schema", "the address of the schema", default="")
    table.whole("version", 1, 1)
    environment = table.name("environment")
    fault = FAULTS.get(table.choice("fault", tuple(FAULTS)), FAULTS["pod-kill"])
    sentence, measures = read_hypothesis(table, faults)
    window, zone = read_window(table, faults, numbers)
    required, approvers = _approval(
        table, faults, grave=fault.unit in GRAVE or environment not in ("", DEVELOPMENT)
    )
    return Experiment(
        name=table.name("name"),
        environment=environment,
        fault=fault,
        proves=table.text("proves", "what a passing run shows, in a sentence"),
        hypothesis=sentence,
        measures=measures,
        target=read_target(table, fault, faults),
        blast_radius=read_blast_radius(table, fault, faults),
        duration=timedelta(minutes=_minutes(table, environment, numbers)),
        stop_alarms=_alarms(table, faults),
        window=window,
        zone=_zone(zone, faults),
        approval_required=required,
        approvers=approvers,
        parameters=read_parameters(table, fault, faults),
        digest="",
    )


def _minutes(table: Table, environment: str, numbers: Numbers) -> int:
    minutes = table.whole("duration_minutes", 1, numbers.longest_minutes_in_dev)
    longest = numbers.longest(environment)
    if minutes > longest:
        other = (
            "" if environment == DEVELOPMENT else f"; only {DEVELOPMENT} has {numbers.longest(DEVELOPMENT)}"
        )
        table.fault("duration_minutes", f"must be at most {longest} in {environment}, not {minutes}{other}")
    return minutes


def _alarms(table: Table, faults: Faults) -> tuple[str, ...]:
    def name(value: Any, path: str) -> str:
        return Table({"name": value}, path, faults, keys=("name",)).text(
            "name", "an alarm's name", pattern=ALARM
        )

    alarms = table.items("stop_alarms", name, most=10, least=1)
    if len(set(alarms)) < len(alarms):
        table.fault("stop_alarms", "names an alarm twice; keep one of them")
    return alarms


def _approval(table: Table, faults: Faults, *, grave: bool) -> tuple[bool, tuple[str, ...]]:
    inner = Table(table.raw("approval"), "$.approval", faults, keys=("required", "from"))
    if not inner.is_object:
        return grave, ()
    if not inner.has("required"):
        inner.fault("required", "is missing; write true or false")
    required = inner.flag("required", default=grave)
    if grave and not required:
        inner.fault("required", "must be true: this fault, or this environment, always needs a person's yes")

    def person(value: Any, path: str) -> str:
        return Table({"who": value}, path, faults, keys=("who",)).text("who", "a person's name")

    return required, inner.items("from", person, most=50)


def _zone(name: str, faults: Faults) -> ZoneInfo:
    if name in available_timezones() and ("/" in name or name == "UTC"):
        return ZoneInfo(name)
    if name:
        faults.add("$.window.zone", 'is no IANA zone; write a place, such as "Asia/Tokyo", or "UTC"')
    return ZoneInfo("UTC")
