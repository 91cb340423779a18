"""Gathers from a world, after its time, what a report tells and what expectations look at."""

from __future__ import annotations

import json
from datetime import UTC
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from functions.night_scaling.schedule.desired import desired
from twin.report.story import Band, EnvironmentStory, Savings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from functions.night_scaling.schedule.model import ScheduleDocument
    from twin.world.environment import Environment
    from twin.world.world import World


def environment_story(world: World, environment: Environment, end: datetime) -> EnvironmentStory:
    """Gathers one environment's part of the story, up to `end`."""
    runs, quiet = world.runs.of(environment.name)
    nodes = environment.nodes
    return EnvironmentStory(
        name=environment.name,
        cluster=environment.deployment.cluster,
        bands=tuple(_bands(world.document(environment.name), world.begin, end)),
        nodes=nodes,
        pods=environment.pods,
        runs=tuple(runs),
        quiet_runs=quiet,
        savings=_savings(environment, world.begin, end),
    )


def _bands(document: ScheduleDocument, begin: datetime, end: datetime) -> Iterator[Band]:
    """Asks the production policy what it wants, without lead: a band ends when everything has to be ready."""
    at = begin.astimezone(UTC)
    while at < end:
        state = desired(document, now=at, lead=document.lead * 0)
        until = min(end, state.next_change or end)
        yield Band(at, until, state.mode, state.reason)
        at = until


def _savings(environment: Environment, begin: datetime, end: datetime) -> Savings:
    """Counts each group's nodes that were off, at the price of that group's nodes."""
    hours = (end - begin).total_seconds() / 3600
    missing = full = dollars = 0.0
    sources: dict[str, str] = {}
    for group in environment.groups:
        kind = f"{group.instance_type}-spot" if group.capacity_type == "SPOT" else group.instance_type
        price, source = _price(kind)
        nodes = environment.nodes_of(group.name)
        awake = nodes.points[0][1]
        off = nodes.hours_below(awake, begin, end)
        missing, dollars, full = missing + off, dollars + off * price, full + awake * hours * price
        sources[kind] = f"{kind} ${price:g} an hour: {source}"
    return Savings(missing, dollars, full, tuple(sources.values()))


def _price(instance_type: str) -> tuple[float, str]:
    text = files("functions.night_scaling").joinpath("prices.json").read_text(encoding="utf-8")
    known: dict[str, Any] = json.loads(text)
    found = known["hourly_usd"][instance_type]
    return float(found["usd"]), f"{found['source']}; looked up {known['looked_up']}"
