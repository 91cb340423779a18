"""What functions print: log lines, and metrics in CloudWatch's embedded format."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from twin.clock import Clock


@dataclass(frozen=True)
class LogLine:
    """A line a function printed; `entry` is its JSON object, None when it is plain text."""

    at: datetime
    function: str
    text: str
    entry: dict[str, Any] | None


@dataclass(frozen=True)
class Metric:
    """A datum of an embedded metric line."""

    at: datetime
    namespace: str
    name: str
    unit: str
    values: tuple[float, ...]
    dimensions: tuple[tuple[str, str], ...]


class Output(io.TextIOBase):
    """The standard output of all functions; `function` says whose turn it is.

    One object for all: loggers are shared by name and keep the stream they were made with.
    """

    def __init__(
        self, clock: Clock, on_log: Callable[[LogLine], None], on_metric: Callable[[Metric], None]
    ) -> None:
        super().__init__()
        self._clock = clock
        self._on_log = on_log
        self._on_metric = on_metric
        self.function = ""
        self.lines: list[str] = []
        self._rest = ""

    def writable(self) -> bool:
        """Returns True, always."""
        return True

    def write(self, text: str, /) -> int:
        """Takes text, and passes each line on once it is complete."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            if line.strip():
                self._take(line)
        return len(text)

    def _take(self, line: str) -> None:
        self.lines.append(line)
        entry = None
        if line.startswith("{"):
            try:
                entry = json.loads(line)
            except ValueError:
                entry = None  # a plain line that begins like JSON
        self._on_log(LogLine(self._clock.now, self.function, line, entry))
        if isinstance(entry, dict) and "CloudWatchMetrics" in entry.get("_aws", ()):
            for metric in _metrics(entry, self._clock.now):
                self._on_metric(metric)


def _metrics(entry: dict[str, Any], at: datetime) -> list[Metric]:
    return [
        Metric(
            at=at,
            namespace=directive["Namespace"],
            name=definition["Name"],
            unit=definition.get("Unit", "None"),
            values=tuple(map(float, _list(entry[definition["Name"]]))),
            dimensions=tuple((name, str(entry[name])) for name in names),
        )
        for directive in entry["_aws"]["CloudWatchMetrics"]
        for definition in directive["Metrics"]
        for names in directive.get("Dimensions") or [[]]
    ]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
