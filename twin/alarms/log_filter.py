"""CloudWatch Logs' filter patterns for JSON lines: `{ ($.type = "a") && ($.record.status != "b") }`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

TERM = re.compile(
    r'\(?\s*\$\.(?P<path>[\w.]+)\s*(?P<sign>!=|>=|<=|=|>|<)\s*(?P<value>"[^"]*"|[^\s()&|]+)\s*\)?'
)


def log_line_matches(pattern: str, line: Mapping[str, Any]) -> bool:
    """Returns whether a JSON line matches a filter pattern.

    Terms are joined by `||`, and by `&&` which binds closer; a pattern of another kind matches nothing.
    """
    inner = pattern.strip()
    if not inner:
        return True
    if not (inner.startswith("{") and inner.endswith("}")):
        return False
    choices = inner[1:-1].split("||")
    return any(all(_holds(term, line) for term in choice.split("&&")) for choice in choices)


def _holds(term: str, line: Mapping[str, Any]) -> bool:
    match = TERM.fullmatch(term.strip())
    if not match:
        return False
    found: Any = line
    for part in match["path"].split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    if found is None:
        return False
    value, sign = match["value"].strip('"'), match["sign"]
    if sign in ("=", "!="):
        return fnmatchcase(str(found), value) == (sign == "=")
    try:
        left, right = float(found), float(value)
    except ValueError:
        return False
    return {">": left > right, ">=": left >= right, "<": left < right, "<=": left <= right}[sign]
