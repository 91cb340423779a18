"""A Prometheus's past: the twin's week as blocks, and what our rules would have recorded of it, by promtool.

promtool plays recording rules only, and none that reads what another one records. So they are played in
stages, and each alert is played as a rule that records `ALERTS` while its condition has held for as long as
the alert waits.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from toban.dashboards.debian import program
from toban.dashboards.server import serving

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

RULES = sorted(
    (Path(__file__).parents[2] / "cluster_manifests" / "platform" / "monitoring" / "config" / "rules").glob(
        "*.yaml"
    )
)
STEP = "1m"
_LONGEST_BLOCK = "1458h"
"""promtool reads its whole input once for each block; of two hours a week would have 84."""
_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class BackfillError(Exception):
    """promtool refused; the message holds its words."""


@dataclass(frozen=True)
class Rule:
    """A recording rule to be played."""

    record: str
    expr: str
    labels: dict[str, str]

    def reads(self, names: set[str]) -> bool:
        """Tells whether it reads one of the series named."""
        return any(re.search(rf"(?<![\w:]){re.escape(name)}(?![\w:])", self.expr) for name in names)


def backfill(scraped: Path, blocks: Path, *, begin: datetime, end: datetime) -> None:
    """Makes the blocks of a week: what was scraped, then what the rules record of it.

    Args:
        scraped: OpenMetrics, with its times.
        blocks: where the blocks go; made if missing.
        begin: the week's first sample, aware.
        end: its last.

    Raises:
        BackfillError: promtool refused.
    """
    span = f"--max-block-duration={_LONGEST_BLOCK}"
    blocks.mkdir(parents=True, exist_ok=True)
    _promtool("openmetrics", "--quiet", span, scraped.resolve(), ".", folder=blocks)
    for rules in stages(read(RULES)):
        with tempfile.TemporaryDirectory(prefix="toban-rules-") as name:
            folder = Path(name)
            listed = [vars(rule) for rule in rules]
            (folder / "rules.yaml").write_text(
                yaml.safe_dump({"groups": [{"name": "turn", "rules": listed}]})
            )
            with serving(blocks) as prometheus:
                _promtool(
                    "rules",
                    span,
                    f"--url={prometheus.url}",
                    f"--start={begin.timestamp():.0f}",
                    f"--end={end.timestamp():.0f}",
                    f"--eval-interval={STEP}",
                    "--output-dir=made",
                    # A file's name decides the second of the minute at which its rules are evaluated.
                    "rules.yaml",
                    folder=folder,
                )
            for block in sorted((folder / "made").iterdir()):
                shutil.move(block, blocks / block.name)


def read(files: Sequence[Path]) -> list[Rule]:
    """Reads rule files: recording rules as they are, each alert as the recording rule that says the same."""
    found = [
        rule
        for file in files
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    ]
    return [as_recording_rule(rule) if "alert" in rule else _recorded(rule) for rule in found]


def stages(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Orders rules into stages: none reads what its own stage or a later one records.

    Raises:
        BackfillError: rules read each other in a circle.
    """
    left, found = list(rules), []
    while left:
        names = {rule.record for rule in left}
        stage = [rule for rule in left if not rule.reads(names)]
        if not stage:
            raise BackfillError(f"rules read each other in a circle: {', '.join(sorted(names))}")
        found.append(stage)
        left = [rule for rule in left if rule not in stage]
    return found


def _recorded(rule: dict[str, Any]) -> Rule:
    return Rule(rule["record"], rule["expr"].strip(), rule.get("labels", {}))


def as_recording_rule(alert: dict[str, Any]) -> Rule:
    """Returns the recording rule that says what an alert says, as Prometheus does in its series `ALERTS`.

    It counts the minutes at which the condition held: an alert that waits N minutes has seen it N + 1 times
    in a row.
    """
    # Multiplied by one, series that differ only by name are the one alert that they are.
    condition = f"(\n{alert['expr'].strip()}\n) * 1"
    looks = _seconds(alert.get("for", "0s")) // 60 + 1
    held = f"count_over_time(({condition})[{looks}m:{STEP}]) >= {looks}" if looks > 1 else condition
    labels = {**alert.get("labels", {}), "alertname": alert["alert"], "alertstate": "firing"}
    return Rule("ALERTS", f"({held}) * 0 + 1", labels)


def _seconds(text: str) -> int:
    return sum(int(number) * _UNITS_S[unit] for number, unit in re.findall(r"(\d+)([smhd])", text))


def _promtool(what: str, *words: str | Path, folder: Path) -> None:
    command = [program("promtool"), "tsdb", "create-blocks-from", what, *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 -- Debian's own
    # For rules that fail promtool complains and still ends with 0.
    complaint = re.search(r"^level=(?:error|warn).*$", done.stderr, re.MULTILINE)
    if done.returncode or complaint:
        raise BackfillError(f"promtool: {complaint.group() if complaint else done.stderr or done.stdout}")
