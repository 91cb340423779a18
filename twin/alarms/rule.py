"""The rules of composite alarms: `ALARM("a") AND NOT (OK(b) OR AT_LEAST(2, ALARM, (c, d, e)))`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

TOKEN = re.compile(
    r"""
    \s*
    (?: (?P<word> AND | OR | NOT | TRUE | FALSE ) \b
      | (?P<least> AT_LEAST ) \s* \( \s* (?P<count> \d+ %? ) \s* , \s*
        (?P<state_wanted> (?: NOT \s+ )? (?: ALARM | OK | INSUFFICIENT_DATA ) ) \s* , \s*
        \( (?P<names> [^()]* ) \) \s* \)
      | (?P<paren> [()] )
      | (?P<state> ALARM | OK | INSUFFICIENT_DATA ) \s* \( \s*
        (?: "(?P<quoted>[^"]+)" | '(?P<single>[^']+)' | (?P<bare>[^()"']+?) ) \s* \)
    )""",
    re.VERBOSE,
)
StateOf = Callable[[str], str]


class RuleError(ValueError):
    """A rule that CloudWatch would refuse; its text says why."""


@dataclass(frozen=True)
class Rule:
    """A parsed rule."""

    holds: Callable[[StateOf], bool]
    """Returns whether it is true, given the state of each alarm."""
    alarms: frozenset[str]
    """The names, or ARNs, of the alarms that it looks at."""


@lru_cache(maxsize=256)
def parse_rule(text: str) -> Rule:
    """Parses the rule of a composite alarm.

    Raises:
        RuleError: It is no such rule.
    """
    parser = _Parser(_tokens(text), text)
    holds = parser.either()
    if parser.left:
        raise RuleError(f"the alarm rule {text!r} goes on after its end: put AND or OR between its parts")
    return Rule(holds, frozenset(parser.alarms))


def depends_on(rule: Rule, name: str, rules: Mapping[str, Rule]) -> bool:
    """Returns whether a rule looks at an alarm, at once or by way of other composite alarms.

    Args:
        rule: The rule.
        name: The alarm's name.
        rules: The rule of each composite alarm, by its name.
    """
    seen: set[str] = set()
    left = [each.rsplit(":", 1)[-1] for each in rule.alarms]
    while left:
        each = left.pop()
        if each == name:
            return True
        if each in rules and each not in seen:
            seen.add(each)
            left += [inner.rsplit(":", 1)[-1] for inner in rules[each].alarms]
    return False


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if not match:
            at_fault = text[at:].strip()[:30]
            raise RuleError(
                f"the alarm rule {text!r} is not understood at {at_fault!r}: use ALARM, OK or "
                "INSUFFICIENT_DATA of a name, with AND, OR, NOT and parentheses"
            )
        name = match["quoted"] or match["single"] or match["bare"] or ""
        if match["least"]:
            name = "\0".join((match["count"], match["state_wanted"], *_names(match["names"])))
        found.append((match["word"] or match["least"] or match["paren"] or match["state"], name))
        at = match.end()
    return found


def _names(text: str) -> list[str]:
    return [part.strip().strip("\"'") for part in text.split(",") if part.strip()]


class _Parser:
    """Reads OR before AND before NOT, as CloudWatch binds them."""

    def __init__(self, tokens: list[tuple[str, str]], text: str) -> None:
        self.left, self.text = tokens, text
        self.alarms: set[str] = set()

    def either(self) -> Callable[[StateOf], bool]:
        parts = [self.both()]
        while self._take("OR"):
            parts.append(self.both())
        return lambda state: any(part(state) for part in parts)

    def both(self) -> Callable[[StateOf], bool]:
        parts = [self.one()]
        while self._take("AND"):
            parts.append(self.one())
        return lambda state: all(part(state) for part in parts)

    def one(self) -> Callable[[StateOf], bool]:
        if self._take("NOT"):
            inner = self.one()
            return lambda state: not inner(state)
        if self._take("("):
            inner = self.either()
            if not self._take(")"):
                raise RuleError(f"the alarm rule {self.text!r} misses a closing parenthesis")
            return inner
        if self._take("TRUE"):
            return lambda _: True
        if self._take("FALSE"):
            return lambda _: False
        if self.left and self.left[0][0] == "AT_LEAST":
            return self._at_least(self.left.pop(0)[1])
        if not self.left or self.left[0][0] not in ("ALARM", "OK", "INSUFFICIENT_DATA"):
            raise RuleError(
                f"the alarm rule {self.text!r} ends where a state such as ALARM(name) is expected"
            )
        wanted, name = self.left.pop(0)
        self.alarms.add(name)
        return lambda state: state(name) == wanted

    def _at_least(self, packed: str) -> Callable[[StateOf], bool]:
        """Reads `AT_LEAST(2, ALARM, (a, b, c))`; a share such as 50% is rounded up."""
        count, wanted, *names = packed.split("\0")
        share = count.endswith("%")
        least = math.ceil(int(count[:-1]) * len(names) / 100) if share else int(count)
        if not 1 <= least <= len(names):
            raise RuleError(
                f"the alarm rule {self.text!r} asks for {count} of {len(names)} alarms: correct it"
            )
        self.alarms.update(names)
        negated, state_wanted = wanted.startswith("NOT"), wanted.split()[-1]
        return lambda state: sum((state(name) == state_wanted) != negated for name in names) >= least

    def _take(self, word: str) -> bool:
        if self.left and self.left[0][0] == word:
            self.left.pop(0)
            return True
        return False
