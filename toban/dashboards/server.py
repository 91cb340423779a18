"""A real Prometheus on loopback over a folder of blocks, and the questions that the boards put to it."""

from __future__ import annotations

import json
import socket
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import urllib3
import yaml

from toban.cluster_bed import processes, waiting
from toban.dashboards.debian import program

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LOOKBACK = timedelta(seconds=59)
"""How long a last sample counts: until the next look, so that a pod that is gone does not count any more."""
_READY_WITHIN_S = 60


class QueryRefusedError(Exception):
    """Prometheus refused a query; the message holds its words."""


@dataclass(frozen=True)
class Series:
    """One series of an answer: its labels without the name, and values by seconds since 1970."""

    labels: dict[str, str]
    points: list[tuple[float, float]]


class Prometheus:
    """A Prometheus that answers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = urllib3.PoolManager(retries=False, timeout=120)

    def query(self, query: str, at: datetime) -> list[Series]:
        """Returns what a query answers at an instant: one point for each series.

        Raises:
            QueryRefusedError: it is no PromQL, or asks too much.
        """
        data = self._ask("query", query=query, time=at.timestamp())
        if data["resultType"] == "scalar":
            return [Series({}, [_point(data["result"])])]
        return [Series(_labels(series), [_point(series["value"])]) for series in data["result"]]

    def query_range(self, query: str, begin: datetime, end: datetime, step: timedelta) -> list[Series]:
        """Returns what a query answers at each step from `begin` to `end`.

        Raises:
            QueryRefusedError: it is no PromQL, or asks too much.
        """
        span = {"start": begin.timestamp(), "end": end.timestamp(), "step": step.total_seconds()}
        data = self._ask("query_range", query=query, **span)
        return [
            Series(_labels(series), [_point(pair) for pair in series["values"]]) for series in data["result"]
        ]

    def rules(self) -> dict[str, Any]:
        """Returns the rules that it has loaded, by name, as its API tells them."""
        groups = self._ask("rules")["groups"]
        return {rule["name"]: rule for group in groups for rule in group["rules"]}

    def ready(self) -> bool:
        """Tells whether it answers yet."""
        try:
            return self._http.request("GET", f"{self.url}/-/ready").status == 200  # noqa: PLR2004 -- OK
        except urllib3.exceptions.HTTPError:
            return False

    def _ask(self, what: str, **fields: Any) -> Any:
        answer = self._http.request_encode_body(
            "POST" if fields else "GET", f"{self.url}/api/v1/{what}", fields=fields, encode_multipart=False
        )
        told = json.loads(answer.data)
        if told["status"] != "success":
            raise QueryRefusedError(f"{fields.get('query', what)}: {told['error']}")
        return told["data"]


@contextmanager
def serving(blocks: Path, rules: Sequence[Path] = ()) -> Iterator[Prometheus]:
    """Runs Prometheus over a folder of blocks for as long as the block runs.

    The rules are loaded; it evaluates them once a year, because the blocks hold what they would have said.

    Raises:
        ProgramDiedError: it did not start; the message ends with its log.
    """
    with tempfile.TemporaryDirectory(prefix="toban-prometheus-") as name:
        folder = Path(name)
        config = {
            "global": {"evaluation_interval": "1y"},
            "rule_files": [str(file.resolve()) for file in rules],
        }
        (folder / "prometheus.yaml").write_text(yaml.safe_dump(config))
        port = _free_port()
        command = [
            str(program("prometheus")),
            f"--config.file={folder / 'prometheus.yaml'}",
            f"--storage.tsdb.path={blocks.resolve()}",
            "--storage.tsdb.retention.time=100y",
            f"--web.listen-address=127.0.0.1:{port}",
            f"--query.lookback-delta={LOOKBACK.total_seconds():g}s",
            "--log.level=warn",
        ]
        running = processes.start("prometheus", command, folder)
        asked = Prometheus(f"http://127.0.0.1:{port}")

        def ready() -> bool:
            processes.refuse_dead([running], folder)
            return asked.ready()

        try:
            waiting.until(ready, what="Prometheus to be ready", within_s=_READY_WITHIN_S)
            yield asked
        finally:
            running.end()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _labels(result: dict[str, Any]) -> dict[str, str]:
    return {key: value for key, value in result["metric"].items() if key != "__name__"}


def _point(pair: list[Any]) -> tuple[float, float]:
    return float(pair[0]), float(pair[1])
