"""Writes a run's report as one page: verdict, reasons, times, and each measure before, during and after."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from toban.experiments.curve import curve

if TYPE_CHECKING:
    from functions.chaos.policy.experiment import Experiment
    from functions.chaos.policy.outcome import Outcome

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}"
    "table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left}"
    ".PASS{color:#1a7f37}.FAIL{color:#b42318}.INCONCLUSIVE{color:#8a5a00}svg{width:100%;height:auto}"
)
_TIMES = (
    ("seconds_to_detect", "from the first breach to the alarm"),
    ("seconds_to_stop", "from the first breach to the stop"),
    ("seconds_from_alarm_to_stop", "from the alarm to the stop"),
    ("seconds_to_recover", "from the stop to the steady state"),
)


def page_of(experiment: Experiment, outcome: Outcome, journal: dict[str, Any]) -> str:
    """Returns the page; it loads nothing from anywhere.

    Args:
        experiment: The experiment.
        outcome: What came of it.
        journal: Its journal.
    """
    said = journal["toban"]
    title = f"{experiment.name} in {experiment.environment}: {said['verdict']}"
    times = [(what, said[key]) for key, what in _TIMES if said[key] is not None]
    parts = [
        f'<h1>{escape(experiment.name)}: <span class="{said["verdict"]}">{said["verdict"]}</span></h1>',
        f"<p><strong>Believed:</strong> {escape(experiment.hypothesis)}</p>",
        f"<p><strong>Proves:</strong> {escape(experiment.proves)}</p>",
        f"<p>{_what(experiment, outcome)}</p>",
        _list("What disproves it", said["failed"]),
        _list("What is not known", said["missing"]),
        _table(("From what to what", "Seconds"), [(what, f"{seconds:g}") for what, seconds in times]),
        _table(("Measure", "Before", "During", "After"), _rows(experiment, journal)),
        *(curve(measure, outcome) for measure in experiment.measures),
    ]
    body = "\n".join(part for part in parts if part)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body>{body}</body></html>\n"
    )


def _what(experiment: Experiment, outcome: Outcome) -> str:
    fault = f"{experiment.fault.name} on {experiment.target}"
    span = f"{outcome.started_at.isoformat()} to {outcome.ended_at.isoformat()}"
    ended = f"ended by: {outcome.stopped_by} {outcome.why}".rstrip()
    return escape(f"{fault}, {span}; hit: {', '.join(outcome.hit) or 'nothing'}; {ended}")


def _rows(experiment: Experiment, journal: dict[str, Any]) -> list[tuple[str, ...]]:
    rows = []
    for place, measure in enumerate(experiment.measures):
        cells = [str(measure)]
        for phase in ("before", "during", "after"):
            steady = journal["steady_states"][phase]
            output = steady["probes"][place]["output"] if steady else None
            cells.append(
                f"worst {output['worst']:g}, mean {output['mean']:.4g}" if output else "not measured"
            )
        rows.append(tuple(cells))
    return rows


def _list(title: str, sentences: list[str]) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f"<h2>{title}</h2><ul>{items}</ul>" if sentences else ""


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    titles = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{titles}</tr>{lines}</table>"
