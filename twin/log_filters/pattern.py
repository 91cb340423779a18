"""One filter pattern, whatever its kind: whether a line meets it, and which values it takes from the line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from twin.log_filters.comparisons import REGEX
from twin.log_filters.delimited import Fields, read_fields
from twin.log_filters.json_lines import ABSENT, SELECTOR, read_json_pattern, selected
from twin.log_filters.scanner import FilterError, Scanner
from twin.log_filters.terms import read_terms

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_CHARACTERS = 1024
"""The length of a pattern (API reference, PutMetricFilter)."""
MOST_REGEXES = 2
"""Regular expressions in one JSON or space-delimited pattern (user guide, quotas of regular expressions)."""

Line = str | Mapping[str, Any]
"""A line of a log: as it was written, or parsed already when it is JSON."""


@dataclass(frozen=True)
class LogFilter:
    """A parsed filter pattern."""

    text: str
    kind: str
    """`terms`, `json` or `delimited`."""
    holds: Callable[[Any], bool] | None = None
    fields: Fields | None = None

    def matches(self, line: Line) -> bool:
        """Returns whether a line meets the pattern."""
        if self.fields:
            return self.fields.read(as_written(line)) is not None
        if self.holds is None:
            return True
        if self.kind == "json":
            parsed = as_json(line)
            return parsed is not None and self.holds(parsed)
        return self.holds(as_written(line))

    def offers(self, selector: str) -> bool:
        """Returns whether a metric's value or dimension can be taken from lines by this selector."""
        if self.kind == "json":
            return SELECTOR.fullmatch(selector) is not None
        if self.fields is None:
            return False
        names = {f"${field.name}" for field in (*self.fields.before, *(self.fields.after or ()))}
        return selector in names or re.fullmatch(r"\$[1-9]\d*", selector) is not None

    def value(self, line: Line, selector: str) -> Any:
        """Returns what stands in a matching line at `$.path`, `$name` or `$3`; None when nothing does."""
        if self.fields:
            return (self.fields.read(as_written(line)) or {}).get(selector)
        found = selected(selector.removeprefix("$"))(as_json(line))
        return None if found is ABSENT else found


@lru_cache(maxsize=1024)
def parse_filter(text: str) -> LogFilter:
    """Parses a filter pattern.

    Raises:
        FilterError: CloudWatch Logs would refuse it; says why.
    """
    if len(text) > MOST_CHARACTERS:
        raise FilterError(f"the filter pattern has {len(text)} characters: {MOST_CHARACTERS} are the most")
    inner = text.strip()
    for opening, closing, kind in (("{", "}", "json"), ("[", "]", "delimited")):
        if inner.startswith(opening):
            if not inner.endswith(closing) or len(inner) == 1:
                raise FilterError(f"the filter pattern {text!r} has no closing {closing}: add it")
            if len(REGEX.findall(re.sub(r'"[^"]*"', "", inner))) > MOST_REGEXES:
                raise FilterError(
                    f"the filter pattern {text!r} has more than {MOST_REGEXES} regular expressions"
                )
            scanner = Scanner(inner[1:-1])
            if kind == "json":
                return LogFilter(text, kind, holds=read_json_pattern(scanner))
            return LogFilter(text, kind, fields=read_fields(scanner))
    return LogFilter(text, "terms", holds=read_terms(Scanner(inner)) if inner else None)


def as_written(line: Line) -> str:
    """Returns a line as text."""
    return line if isinstance(line, str) else json.dumps(line)


def as_json(line: Line) -> Any:
    """Returns a line as parsed JSON; None when it is no JSON object."""
    if not isinstance(line, str):
        return line
    try:
        parsed = json.loads(line)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None
