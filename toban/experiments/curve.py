"""Draws one measure over a run: its samples, its bound, and the stretch in which the fault was there."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from functions.chaos.policy.experiment import Measure
    from functions.chaos.policy.outcome import Outcome

WIDTH, HEIGHT, EDGE = 800, 180, 24


def curve(measure: Measure, outcome: Outcome) -> str:
    """Returns the drawing as SVG; empty where nothing was measured."""
    samples = [sample for sample in outcome.samples if sample.measure == measure.name]
    if not samples:
        return ""
    whole = max(1.0, (outcome.ended_at - outcome.started_at).total_seconds())
    top = max(measure.bound, *(sample.value for sample in samples)) * 1.1 or 1.0

    def across(at: datetime) -> float:
        return EDGE + (at - outcome.started_at).total_seconds() / whole * (WIDTH - 2 * EDGE)

    def up(value: float) -> float:
        return HEIGHT - EDGE - value / top * (HEIGHT - 2 * EDGE)

    points = " ".join(f"{across(sample.at):.1f},{up(sample.value):.1f}" for sample in samples)
    fault = ""
    if outcome.injected_at:
        begin, end = across(outcome.injected_at), across(outcome.removed_at or outcome.ended_at)
        place = f'x="{begin:.1f}" y="{EDGE}" width="{end - begin:.1f}" height="{HEIGHT - 2 * EDGE}"'
        fault = f'<rect {place} fill="#fde8e4"/>'
    bound = f'x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{up(measure.bound):.1f}" y2="{up(measure.bound):.1f}"'
    said = f"{escape(str(measure))}; the fault was there in the shaded stretch"
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(str(measure))}">{fault}'
        f'<line {bound} stroke="#b42318" stroke-dasharray="6 4"/>'
        f'<polyline points="{points}" fill="none" stroke="#0b5cad" stroke-width="2"/>'
        f'<text x="{EDGE}" y="16" font-size="13">{said}</text></svg>'
    )
