"""Grafana's boards, written as data and built by Grafana's own types into the JSON beside the manifests.

`server` and `history` put the twin's week into a real Prometheus, and `drawing` makes pictures of what it
answers.
"""

from toban.dashboards.commands import app

__all__ = ["app"]
