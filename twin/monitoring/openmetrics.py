"""Keeps samples by series and writes them as OpenMetrics, which promtool makes into blocks for Prometheus."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from functools import partial
from math import floor
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Kind = Literal["gauge", "counter", "histogram"]


Metrics: TypeAlias = "dict[str, dict[str, Series]]"
"""A family's series by their key, grouped by the labels of their metric: a histogram is many series."""


@dataclass(slots=True)
class Series:
    """One series: its samples, and the exact count behind a counter whose samples are whole."""

    times: array[int] = field(default_factory=lambda: array("q"))
    values: array[float] = field(default_factory=lambda: array("d"))
    total: float = 0.0

    def add(self, at: int, value: float) -> None:
        """Takes a sample; times rise."""
        self.times.append(at)
        self.values.append(value)


class Samples:
    """What was scraped so far. `at` is the present scrape's time in seconds since 1970."""

    def __init__(self) -> None:
        self.at = 0
        self._families: dict[str, tuple[Kind, Metrics]] = {}

    def gauge(self, name: str, labels: str, value: float) -> None:
        """Takes a value of now. `labels` is their text, `a="b",c="d"`, with no quote inside a value."""
        self._series(name, "gauge", name, labels, labels).add(self.at, value)

    def counter(self, name: str, labels: str, more: float, *, whole: bool = True) -> None:
        """Raises a counter; one that counts things is whole, one of seconds is not."""
        self._raise(self._series(name, "counter", name, labels, labels), more, whole=whole)

    def histogram(
        self, name: str, labels: str, more: float, *, seconds: float, within: list[tuple[str, float]]
    ) -> None:
        """Raises a histogram.

        Args:
            name: The family's name, without suffix.
            labels: As for a gauge, without `le`.
            more: How many observations came.
            seconds: What they sum up to.
            within: Each bucket's bound and the share of the observations within it; the last is `+Inf` and 1.
        """
        of = partial(self._series, name, "histogram", group=labels)
        for bound, share in within:
            self._raise(of(f"{name}_bucket", f'{labels},le="{bound}"'), more * share)
        self._raise(of(f"{name}_count", labels), more)
        self._raise(of(f"{name}_sum", labels), seconds, whole=False)

    def families(self) -> dict[str, Kind]:
        """Returns every family's kind by its name."""
        return {name: kind for name, (kind, _) in self._families.items()}

    def names(self) -> set[str]:
        """Returns the name of every series, as a query spells it."""
        return {
            key.partition("{")[0]
            for _, metrics in self._families.values()
            for series in metrics.values()
            for key in series
        }

    def lines(self) -> Iterator[str]:
        """Yields families one after the other, each metric's samples by time, as the format asks."""
        for name, (kind, metrics) in self._families.items():
            # Some exporters leave the suffix out; OpenMetrics calls no such thing a counter.
            known = kind if kind != "counter" or name.endswith("_total") else "unknown"
            yield f"# TYPE {name.removesuffix('_total') if kind == 'counter' else name} {known}\n"
            for together in metrics.values():
                columns = [
                    [f"{key} {value:.12g} " for value in series.values] for key, series in together.items()
                ]
                times = next(iter(together.values())).times
                rows = zip(times, *columns, strict=True)
                yield "".join([f"{sample}{at}\n" for at, *row in rows for sample in row])
        yield "# EOF\n"

    def write(self, path: Path) -> None:
        """Writes the file, whole."""
        with path.open("w", encoding="utf-8") as file:
            file.writelines(self.lines())

    def _raise(self, series: Series, more: float, *, whole: bool = True) -> None:
        series.total += more
        # A share of a request is none: it counts once it is whole.
        series.add(self.at, floor(series.total + 1e-9) if whole else series.total)

    def _series(self, family: str, kind: Kind, name: str, labels: str, group: str) -> Series:
        metrics = self._families.setdefault(family, (kind, {}))[1]
        together = metrics.setdefault(group, {})
        key = f"{name}{{{labels}}}"
        series = together.get(key)
        if series is None:
            series = together[key] = Series()
        return series
