"""The syntax of metric math, read by Python's own parser and held to what CloudWatch and the twin know."""

from __future__ import annotations

import ast
import operator
import re
from typing import TYPE_CHECKING

from twin.alarms.math_functions import ARGUMENTS, ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = {"AND": "and", "OR": "or", "&&": " and ", "||": " or ", "^": "**"}
BINARY: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.Gt: lambda a, b: float(a > b),
    ast.GtE: lambda a, b: float(a >= b),
    ast.Lt: lambda a, b: float(a < b),
    ast.LtE: lambda a, b: float(a <= b),
    ast.Eq: lambda a, b: float(a == b),
    ast.NotEq: lambda a, b: float(a != b),
    ast.And: lambda a, b: float(bool(a) and bool(b)),
    ast.Or: lambda a, b: float(bool(a) or bool(b)),
}


class MathError(ValueError):
    """An expression that the twin does not evaluate; its text says why."""


def parse_math(text: str) -> tuple[ast.expr, set[int]]:
    """Parses an expression.

    Returns:
        Its tree, and the identities of the nodes that name functions.

    Raises:
        MathError: It is no expression, or uses what the twin does not evaluate.
    """
    if "**" in text or "%" in text:
        raise MathError(f"{text!r} uses an operator that metric math lacks: use + - * / ^ and comparisons")
    plain = re.sub(r"\bAND\b|\bOR\b|&&|\|\||\^", lambda found: WORDS[found.group()], text.strip())
    try:
        tree = ast.parse(plain, mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise MathError(f"{text!r} is no metric math: correct it") from error
    calls = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        _allow(node, text)
    return tree, calls


def _allow(node: ast.AST, text: str) -> None:
    plain = ast.Name | ast.Constant | ast.List | ast.BinOp | ast.BoolOp | ast.Compare | ast.UnaryOp
    marks = ast.expr_context | ast.operator | ast.boolop | ast.cmpop | ast.unaryop
    if isinstance(node, ast.Call):
        _allow_call(node, text)
    elif not isinstance(node, plain | marks) or isinstance(node, ast.Not | ast.Invert | ast.Is | ast.In):
        raise MathError(f"{text!r} holds {type(node).__name__}, which is no metric math: correct it")
    if isinstance(node, ast.BinOp) and type(node.op) not in BINARY:
        raise MathError(f"{text!r} holds {type(node.op).__name__}, which is no metric math: correct it")
    if isinstance(node, ast.Compare) and (len(node.ops) > 1 or type(node.ops[0]) not in BINARY):
        raise MathError(f"{text!r} compares more than two values in a row: join comparisons with AND")
    if isinstance(node, ast.Constant) and (
        isinstance(node.value, bool) or not isinstance(node.value, int | float)
    ):
        raise MathError(f"{text!r} holds {node.value!r}, which is no number: correct it")


def _allow_call(node: ast.Call, text: str) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else "?"
    if name not in ARGUMENTS or node.keywords:
        known = ", ".join(sorted(ARGUMENTS))
        what = "is not emulated" if name in ELSEWHERE else "is no function of metric math"
        raise MathError(f"{text!r} calls {name}, which {what}: use {known}")
    least, most = ARGUMENTS[name]
    if not least <= len(node.args) <= most or (name == "METRICS" and node.args):
        raise MathError(f"{text!r} gives {name} {len(node.args)} arguments: correct them")
