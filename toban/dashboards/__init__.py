"""`toban dashboards`: Grafana's boards, written as data, built by Grafana's own types, and drawn.

The JSON beside the manifests is their output. `server` and `history` put the twin's week into a real
Prometheus, and `drawing` makes pictures of what it answers.
"""

from toban.dashboards.commands import app

__all__ = ["app"]
