"""Draws a story for the docs: each environment's nodes against its schedule, and when people were told.

The picture is one SVG file with its style inside, the same bytes for the same story.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from twin.report.chart import HEIGHT, WIDTH, instants, step_chart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin.report.story import EnvironmentStory, Story

HEAD = 34
"""Height of the words above each chart."""
STYLE = """
text { font: 13px system-ui, "Helvetica Neue", Arial, sans-serif; fill: #5d6b7a; }
text.title { font-size: 15px; font-weight: 600; fill: #1d2733; }
text.tick { font-size: 11px; }
.paper { fill: #ffffff; }
.band { fill: #c9d4f2; opacity: .65; } .band.stop { fill: #9fb2e4; } .band.awake { fill: none; }
.rule { stroke: #dfe5ec; } .day { stroke: #5d6b7a; stroke-dasharray: 2 4; opacity: .6; }
path.nodes { fill: none; stroke: #2456c8; stroke-width: 2; } .nodes-dot { fill: #2456c8; }
.page { fill: #c02c3a; } .notice { fill: #c98a12; }
"""


def picture(story: Story) -> str:
    """Draws the story; a red mark is a page to a person, a yellow one a notice to the team."""
    zone = ZoneInfo(story.zone)
    height = len(story.environments) * (HEAD + HEIGHT) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(story.title)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
    ]
    for number, environment in enumerate(story.environments):
        chart = step_chart(
            environment.nodes,
            bands=environment.bands,
            begin=story.begin,
            end=story.end,
            zone=zone,
            css="nodes",
        )
        parts += [
            f'<g transform="translate(0 {number * (HEAD + HEIGHT)})">',
            f'<text class="title" x="44" y="24">{escape(story.title)}: {escape(environment.name)}</text>',
            f'<text x="{WIDTH - 12}" y="24" text-anchor="end">ready nodes; shaded: planned to be down</text>',
            f'<svg y="{HEAD}" width="{WIDTH}" height="{HEIGHT}"{chart.removeprefix("<svg")}',
            *_marks(story, environment),
            "</g>",
        ]
    return "\n".join([*parts, "</svg>", ""])


def write(story: Story, path: Path) -> Path:
    """Writes the picture, making the folder when it is missing; returns the path made absolute."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(picture(story), encoding="utf-8")
    return path.resolve()


def _marks(story: Story, environment: EnvironmentStory) -> Iterator[str]:
    for entry in story.entries:
        if entry.kind in {"page", "notice"} and entry.subject.startswith(f"toban-{environment.name}-"):
            x = instants(story.begin, story.end, entry.at)
            yield (
                f'<path class="{entry.kind}" d="M{x - 5} {HEAD + 2}h10l-5 9z">'
                f"<title>{escape(entry.what)}</title></path>"
            )
