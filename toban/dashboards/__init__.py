"""`toban dashboards`: Grafana's boards, written as data and built by Grafana's own types, and pictures of them.

The JSON beside the manifests is their output.
`server` and `history` put the twin's week into a real Prometheus, and `drawing` makes pictures of what it answers.
"""

from toban.dashboards.commands import app

__all__ = ["app"]
