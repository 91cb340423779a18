"""Draws a board of Grafana's as one SVG: the panels of its JSON, and the lines that a Prometheus answers.

It draws what our boards use, and refuses the rest by name. The same answers give the same bytes.
"""

from toban.dashboards.drawing.page import draw
from toban.dashboards.drawing.reading import NotDrawnError

__all__ = ["NotDrawnError", "draw"]
