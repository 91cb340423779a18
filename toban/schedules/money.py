"""What a year of sleep saves, and the floor that never sleeps; each price has its source and date."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from functions.core.nodegroups import Size
from functions.night_scaling.policy.nodes_that_stay import sizes_asleep
from functions.night_scaling.schedule.model import AWAKE, ScheduleDocument

if TYPE_CHECKING:
    from toban.schedules.year import Stretch


@dataclass(frozen=True, slots=True)
class Saving:
    """What one kind of resource saves in a year."""

    what: str
    hours: float
    usd: float


def prices() -> dict[str, Any]:
    """Reads the prices that ship with Toban."""
    found: dict[str, Any] = json.loads(
        files("functions.night_scaling").joinpath("prices.json").read_text("utf-8")
    )
    return found


def savings(document: ScheduleDocument, year: list[Stretch]) -> tuple[list[Saving], list[str]]:
    """Adds up instance hours that are not bought, by kind; and names the kinds whose price is not known."""
    known = prices()["hourly_usd"]
    asleep = [(stretch.hours, document.layers[stretch.mode]) for stretch in year if stretch.mode != AWAKE]
    hours: dict[str, float] = {}
    for target in document.targets:
        groups = [each for each in target.nodegroups if each.name not in document.protected.nodegroups]
        by_day = {each.name: Size(each.minimum, each.desired, each.maximum) for each in groups}
        for group in groups:
            gone = sum(
                stretch_hours * (group.desired - sizes_asleep(by_day, layers.nodegroups)[group.name].desired)
                for stretch_hours, layers in asleep
            )
            hours[group.price] = hours.get(group.price, 0.0) + gone
        for database in target.databases:
            if database.name not in document.protected.databases:
                stopped = sum(h for h, m in asleep if m.database == "stopped") * (
                    2 if database.multi_az else 1
                )
                hours[database.instance_class] = hours.get(database.instance_class, 0.0) + stopped
    found = [
        Saving(what, total, total * known[what]["usd"]) for what, total in hours.items() if what in known
    ]
    return found, [what for what in hours if what not in known]


def floor(hours: float) -> list[Saving]:
    """Lists what is paid asleep or awake, for one environment of the design, over a number of hours."""
    known = prices()
    return [
        Saving(
            f"{line['count']} x {line['what']}",
            hours,
            hours * line["count"] * known["hourly_usd"][line["price"]]["usd"],
        )
        for line in known["floor"]
    ]
