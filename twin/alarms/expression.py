"""Metric math: a small, safe part of CloudWatch's expressions over series of equal length.

Arithmetic, comparisons, AND, OR, IF, FILL, METRICS, and MIN, MAX, AVG, SUM, ABS, CEIL, FLOOR. A slot without
data is None, and arithmetic with it gives None, as CloudWatch drops such timestamps.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Series = list[float | None]
Value = Any
"""A series, a number, or a list of series."""

WORDS = {"AND": "and", "OR": "or", "&&": " and ", "||": " or "}
BINARY: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.BitXor: operator.pow,
    ast.Gt: lambda a, b: float(a > b),
    ast.GtE: lambda a, b: float(a >= b),
    ast.Lt: lambda a, b: float(a < b),
    ast.LtE: lambda a, b: float(a <= b),
    ast.Eq: lambda a, b: float(a == b),
    ast.NotEq: lambda a, b: float(a != b),
    ast.And: lambda a, b: float(bool(a) and bool(b)),
    ast.Or: lambda a, b: float(bool(a) or bool(b)),
}
ACROSS: dict[str, Callable[[Sequence[float]], float]] = {
    "AVG": lambda values: sum(values) / len(values),
    "MAX": max,
    "MIN": min,
    "SUM": sum,
}
SINGLE: dict[str, Callable[[float], float]] = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor}
FUNCTIONS = {*ACROSS, *SINGLE, "FILL", "IF", "METRICS"}


class MathError(ValueError):
    """An expression that the twin does not evaluate; its text says why."""


@dataclass(frozen=True)
class Expression:
    """A parsed expression."""

    tree: ast.expr
    names: frozenset[str]
    """The ids of the queries that it uses."""

    def evaluate(self, series: Mapping[str, Series], slots: int) -> Series:
        """Evaluates the expression.

        Args:
            series: The values by id, each of `slots` items.
            slots: How many periods are looked at.

        Returns:
            One value a period, None where there is none.
        """
        value = _Evaluation(series, slots).value(self.tree)
        return value if isinstance(value, list) else [value] * slots


@lru_cache(maxsize=256)
def compile_math(text: str) -> Expression:
    """Parses an expression.

    Raises:
        MathError: It is no expression, or uses what the twin does not evaluate.
    """
    plain = re.sub(r"\bAND\b|\bOR\b|&&|\|\|", lambda found: WORDS[found.group()], text.strip())
    try:
        tree = ast.parse(plain, mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise MathError(f"{text!r} is no metric math: correct it") from error
    calls = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        _allow(node, text)
    named = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in calls)
    return Expression(tree, frozenset(node.id for node in named if node.id != "REPEAT"))


def _allow(node: ast.AST, text: str) -> None:
    plain = ast.Name | ast.Constant | ast.List | ast.BinOp | ast.BoolOp | ast.Compare | ast.UnaryOp
    marks = ast.expr_context | ast.operator | ast.boolop | ast.cmpop | ast.unaryop
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS or node.keywords:
            name = getattr(node.func, "id", "?")
            raise MathError(
                f"{text!r} calls {name}, which the twin does not evaluate: use {', '.join(sorted(FUNCTIONS))}"
            )
    elif not isinstance(node, plain | marks):
        raise MathError(f"{text!r} holds {type(node).__name__}, which is no metric math: correct it")
    if isinstance(node, ast.Constant) and not isinstance(node.value, int | float):
        raise MathError(f"{text!r} holds {node.value!r}, which is no number: correct it")


class _Evaluation:
    """One evaluation; a scalar stands for a series of the same value."""

    def __init__(self, series: Mapping[str, Series], slots: int) -> None:
        self.series, self.slots = series, slots

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
        return value if isinstance(value, list) else [value] * self.slots

    def call(self, name: str, arguments: Sequence[ast.expr]) -> Value:
        if name == "METRICS":
            return tuple(self.series.values())
        if name == "FILL":
            return self.fill(self.value(arguments[0]), arguments[1])
        values = [self.value(argument) for argument in arguments]
        if name == "IF":
            parts = [self.spread(value) for value in (*values, None)[:3]]
            chosen = zip(*parts, strict=True)
            return [None if asked is None else yes if asked else no for asked, yes, no in chosen]
        if name in SINGLE:
            return [None if item is None else float(SINGLE[name](item)) for item in self.spread(values[0])]
        return self.across(name, values[0])

    def across(self, name: str, value: Value) -> Value:
        """Combines several series slot by slot, or one series into a number."""
        if isinstance(value, tuple):
            columns = zip(*(self.spread(item) for item in value), strict=True)
            return [_combined(name, column) for column in columns]
        return _combined(name, self.spread(value))

    def fill(self, value: Value, by: ast.expr) -> Value:
        last: float | None = None
        repeat = isinstance(by, ast.Name) and by.id == "REPEAT"
        replacement = self.spread(0.0 if repeat else self.value(by))
        filled: Series = []
        for item, other in zip(self.spread(value), replacement, strict=True):
            missing = last if repeat else other
            filled.append(missing if item is None else item)
            last = filled[-1]
        return filled


def _combined(name: str, items: Sequence[float | None]) -> float | None:
    there = [item for item in items if item is not None]
    return float(ACROSS[name](there)) if there else None


def _apply(
    function: Callable[[float, float], float], left: float | None, right: float | None
) -> float | None:
    if left is None or right is None:
        return None
    try:
        return float(function(left, right))
    except ZeroDivisionError:
        return None  # CloudWatch gives no data point for it
