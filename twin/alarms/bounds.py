"""Between what an alarm's data points lie while nothing changes: what cannot cross need not be evaluated.

It is interval arithmetic over metric math. Where it does not know, it says so, and the alarm is evaluated.
"""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from twin.alarms.math_syntax import BINARY
from twin.alarms.statistics import percentile_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from twin.alarms.statistics import Samples


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the greatest value, and whether a period may lack one.

    The least of a series that never has a value is greater than its greatest.
    """

    low: float
    high: float
    missing: bool = False

    @property
    def never(self) -> bool:
        """Whether no period has a value."""
        return self.low > self.high


NEVER = Bounds(math.inf, -math.inf, missing=True)
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div)
WITHIN = ("Average", "Maximum", "Minimum")
"""Statistics that lie between the least and the greatest value, as percentiles do."""


def held_bounds(contents: Iterable[Samples | None], statistic: str, minutes: int) -> Bounds | None:
    """Returns the bounds of a statistic over periods of so many minutes; None when they are not known.

    Args:
        contents: What any minute may hold; None for no data.
        statistic: As CloudWatch spells it.
        minutes: The length of a period.
    """
    found = list(contents)
    there = [each for each in found if each is not None]
    if not there:
        return NEVER
    lacking = len(there) < len(found)
    if statistic in ("Sum", "SampleCount"):
        each = [samples.statistic(statistic) or 0.0 for samples in there]
        spans = (1, minutes) if lacking else (minutes, minutes)
        ends = [value * span for value in (min(each), max(each)) for span in spans]
        return Bounds(min(ends), max(ends), lacking)
    if statistic not in WITHIN and percentile_of(statistic) is None:
        return None
    lows = [samples.statistic("Minimum") or 0.0 for samples in there]
    highs = [samples.statistic("Maximum") or 0.0 for samples in there]
    return Bounds(min(lows), max(highs), lacking)


def math_bounds(tree: ast.expr, known: Mapping[str, Bounds]) -> Bounds | None:  # noqa: PLR0911 - a table
    """Returns the bounds of an expression over series whose bounds are known; None when they are not."""
    match tree:
        case ast.Constant(value=int() | float() as number):
            return Bounds(float(number), float(number))
        case ast.Name(id=name):
            return known.get(name)
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, ARITHMETIC):
            return _arithmetic(op, math_bounds(left, known), math_bounds(right, known))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _comparison(op, math_bounds(left, known), math_bounds(right, known))
        case ast.Call(func=ast.Name(id="FILL"), args=[one, ast.Constant() as by]):
            series, filler = math_bounds(one, known), math_bounds(by, known)
            if series is None or filler is None:
                return None
            return replace(_hull(series, filler) if series.missing else series, missing=False)
        case ast.Call(func=ast.Name(id="IF"), args=[asked, yes, no]):
            parts = [math_bounds(each, known) for each in (asked, yes, no)]
            return None if None in parts else _chosen(*(each for each in parts if each is not None))
    return None


def _hull(one: Bounds, other: Bounds) -> Bounds:
    return Bounds(min(one.low, other.low), max(one.high, other.high), one.missing or other.missing)


def _chosen(asked: Bounds, yes: Bounds, no: Bounds) -> Bounds:
    if asked.never:
        return NEVER
    chosen = yes
    if asked.low <= 0 <= asked.high:
        chosen = no if asked.low == asked.high else _hull(yes, no)
    return replace(chosen, missing=chosen.missing or asked.missing)


def _arithmetic(op: ast.operator, left: Bounds | None, right: Bounds | None) -> Bounds | None:
    if left is None or right is None:
        return None
    if left.never or right.never:
        return NEVER
    missing = left.missing or right.missing
    if isinstance(op, ast.Div) and right.low <= 0 <= right.high:
        # What is divided by nothing has no value (CloudWatch), and nothing divided by anything is nothing.
        return Bounds(0.0, 0.0, missing=True) if left.low == left.high == 0 else None
    compute = BINARY[type(op)]
    ends = [compute(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    return Bounds(min(ends), max(ends), missing)


def _comparison(op: ast.cmpop, left: Bounds | None, right: Bounds | None) -> Bounds | None:
    if left is None or right is None or isinstance(op, ast.Eq | ast.NotEq):
        return None
    if left.never or right.never:
        return NEVER
    compute = BINARY[type(op)]
    ends = [compute(left.low, right.high), compute(left.high, right.low)]
    return Bounds(min(ends), max(ends), left.missing or right.missing)
