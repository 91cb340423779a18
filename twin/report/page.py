"""Makes the report's one HTML file: style and pictures inside it, nothing fetched from anywhere."""

from __future__ import annotations

from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup

from twin.report.chart import step_chart

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from twin.report.story import EnvironmentStory, Story
    from twin.timeline import Entry

QUIET_KINDS = frozenset({"schedule", "machine", "step", "decision"})
"""Kinds of which a week holds thousands; the page lists them only within a run that changed something."""


def render(story: Story) -> str:
    """Returns the whole page as HTML text."""
    jinja = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    zone = ZoneInfo(story.zone)
    jinja.filters["local"] = partial(_local, zone=zone)
    jinja.filters["clock"] = partial(_clock, zone=zone)
    template = jinja.from_string((files(__package__) / "page.html").read_text(encoding="utf-8"))
    return template.render(
        story=story,
        charts={environment.name: _charts(environment, story, zone) for environment in story.environments},
        notable=notable(story),
    )


def write(story: Story, path: Path) -> Path:
    """Writes the page, making the folder when it is missing; returns the path made absolute."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(story), encoding="utf-8")
    return path.resolve()


def notable(story: Story) -> list[Entry]:
    """Leaves out the entries of quiet ticks: whatever belongs to no run that changed something."""
    told = {run.name for environment in story.environments for run in environment.runs}
    return [entry for entry in story.entries if entry.kind not in QUIET_KINDS or entry.run in told]


def _charts(environment: EnvironmentStory, story: Story, zone: ZoneInfo) -> dict[str, Markup]:
    draw = partial(step_chart, bands=environment.bands, begin=story.begin, end=story.end, zone=zone)
    # The chart escapes every text that it takes in, so its markup may stand as it is.
    return {
        "nodes": Markup(draw(environment.nodes, css="nodes")),  # noqa: S704
        "pods": Markup(draw(environment.pods, css="pods")),  # noqa: S704
    }


def _local(instant: datetime, *, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%a %d %b %H:%M:%S}"


def _clock(instant: datetime | None, *, zone: ZoneInfo) -> str:
    return "" if instant is None else f"{instant.astimezone(zone):%H:%M:%S}"
