"""Metric math: CloudWatch's expressions over series of one length.

A slot without data is None, and arithmetic with it gives None, as CloudWatch drops such timestamps. What of
the user guide's table of functions is here stands in `math_functions`; the rest is refused by name.
"""

from __future__ import annotations

import ast
import operator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from twin.alarms.math_functions import (
    ACROSS,
    FILLS,
    combined,
    differences,
    filled,
    of_each,
    running_sum,
)
from twin.alarms.math_syntax import BINARY, MathError, parse_math

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from twin.alarms.math_functions import Series

Value = Any
"""A series, a number, or a tuple of series."""


@dataclass(frozen=True)
class Expression:
    """A parsed expression."""

    tree: ast.expr
    names: frozenset[str]
    """The ids of the queries that it uses."""

    def evaluate(self, series: Mapping[str, Series], slots: Sequence[int], period_s: int) -> Series:
        """Evaluates the expression.

        Args:
            series: The values by id, one for each slot.
            slots: When each of the periods begins, in seconds.
            period_s: How long a period is.

        Returns:
            One value a period, None where there is none.
        """
        value = _Evaluation(series, slots, period_s).value(self.tree)
        return value if isinstance(value, list) else [value] * len(slots)


@lru_cache(maxsize=256)
def compile_math(text: str) -> Expression:
    """Parses an expression.

    Raises:
        MathError: It is no expression, or uses what the twin does not evaluate.
    """
    tree, calls = parse_math(text)
    named = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in calls)
    return Expression(tree, frozenset(node.id for node in named if node.id not in FILLS))


class _Evaluation:
    """One evaluation; a scalar stands for a series of the same value."""

    def __init__(self, series: Mapping[str, Series], slots: Sequence[int], period_s: int) -> None:
        self.series, self.slots, self.period_s = series, slots, period_s

    def value(self, node: ast.expr) -> Value:  # noqa: C901, PLR0911 - one flat match reads best
        match node:
            case ast.Constant(value=number):
                return float(number)  # type: ignore[arg-type]  # compile_math lets numbers through alone
            case ast.Name(id=name):
                return self.series[name]
            case ast.List(elts=items):
                return tuple(self.value(item) for item in items)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return self.pairwise(operator.sub, 0.0, self.value(inner))
            case ast.UnaryOp(operand=inner):
                return self.value(inner)
            case ast.BinOp(left=left, op=op, right=right):
                return self.pairwise(BINARY[type(op)], self.value(left), self.value(right))
            case ast.BoolOp(op=op, values=values):
                result = self.value(values[0])
                for other in values[1:]:
                    result = self.pairwise(BINARY[type(op)], result, self.value(other))
                return result
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.pairwise(BINARY[type(op)], self.value(left), self.value(right))
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self.call(name, arguments)
        raise MathError(f"{ast.dump(node)} is no metric math")

    def pairwise(self, function: Callable[[float, float], float], left: Value, right: Value) -> Value:
        if not isinstance(left, list) and not isinstance(right, list):
            return _apply(function, left, right)
        pairs = zip(self.spread(left), self.spread(right), strict=True)
        return [_apply(function, a, b) for a, b in pairs]

    def spread(self, value: Value) -> Series:
        return value if isinstance(value, list) else [value] * len(self.slots)

    def call(self, name: str, arguments: Sequence[ast.expr]) -> Value:  # noqa: PLR0911 - a table in code
        if name == "METRICS":
            return tuple(self.series.values())
        if name == "FILL":
            how = arguments[1].id if isinstance(arguments[1], ast.Name) else ""
            by = 0.0 if how in FILLS else self.value(arguments[1])
            return self.each(self.value(arguments[0]), lambda one: filled(one, how, self.spread(by)))
        values = [self.value(argument) for argument in arguments]
        if name == "IF":
            parts = [self.spread(value) for value in (*values, None)[:3]]
            chosen = zip(*parts, strict=True)
            return [None if asked is None else yes if asked else no for asked, yes, no in chosen]
        if name == "PERIOD":
            return float(self.period_s)
        if name == "METRIC_COUNT":
            return float(len(values[0]) if isinstance(values[0], tuple) else 1)
        if name in ACROSS:
            return self.across(name, values[0])
        return self.each(values[0], lambda one: self.of_series(name, one))

    def each(self, value: Value, compute: Callable[[Series], Value]) -> Value:
        """Computes of a series, or of each of several."""
        return (
            tuple(compute(self.spread(one)) for one in value)
            if isinstance(value, tuple)
            else compute(self.spread(value))
        )

    def of_series(self, name: str, one: Series) -> Value:
        there = [item for item in one if item is not None]
        match name:
            case "DIFF" | "DIFF_TIME" | "RATE":
                return differences(one, self.slots, name)
            case "RUNNING_SUM":
                return running_sum(one)
            case "TIME_SERIES":
                return one
            case "DATAPOINT_COUNT":
                return float(len(there))
            case "FIRST" | "LAST":
                return (there[0] if name == "FIRST" else there[-1]) if there else None
        return [of_each(name, item) for item in one]

    def across(self, name: str, value: Value) -> Value:
        """Combines several series slot by slot, or one series into a number."""
        if isinstance(value, tuple):
            columns = zip(*(self.spread(item) for item in value), strict=True)
            return [combined(name, column) for column in columns]
        return combined(name, self.spread(value))


def _apply(
    function: Callable[[float, float], float], left: float | None, right: float | None
) -> float | None:
    if left is None or right is None:
        return None
    try:
        return float(function(left, right))
    except ZeroDivisionError:
        return None  # CloudWatch gives no data point for it
