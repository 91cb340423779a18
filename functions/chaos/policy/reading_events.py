"""Reads what happened to findings, oldest first: runs that ended, and people who acknowledged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.chaos.policy.findings import acknowledge, after_run
from functions.chaos.policy.verdict import FAIL, INCONCLUSIVE, NOT_APPLICABLE, PASS
from functions.core.reading.faults import Faults, shown
from functions.core.reading.strict_json import read_json
from functions.core.reading.table import Table

if TYPE_CHECKING:
    from functions.chaos.policy.facts import Finding

VERDICTS = (PASS, FAIL, INCONCLUSIVE, NOT_APPLICABLE)
_KEYS = {"ended": ("experiment", "run", "verdict", "why"), "acknowledged": ("finding", "who", "reason")}
MOST = 2_000


def parse_events(text: str | bytes) -> tuple[Finding, ...]:
    """Returns the findings that a list of events comes to.

    Args:
        text: JSON, in UTF-8 when given as bytes; at most 256 KiB.

    Raises:
        DocumentInvalid: It breaks a rule; its `faults` name every place and what to write there.
        SafetyRefusal: An acknowledgement does not count: no such finding, one that is closed, or no reason.
    """
    faults = Faults()
    value = read_json(text, what="a list of events", examples="docs/capabilities/chaos.md")
    if not isinstance(value, list) or len(value) > MOST:
        faults.add("$", f"must be a list of at most {MOST:,} events, not {shown(value)}")
        faults.refuse_if_any()
    events = [_event(each, f"$[{place}]", faults) for place, each in enumerate(value)]
    faults.refuse_if_any()
    found: tuple[Finding, ...] = ()
    for event in events:
        if "verdict" in event:
            found = after_run(found, **event)
        else:
            found = acknowledge(found, event["finding"], who=event["who"], reason=event["reason"])
    return found


def _event(value: Any, path: str, faults: Faults) -> dict[str, str]:
    kind = value.get("event") if isinstance(value, dict) else None
    keys = _KEYS.get(kind, ()) if isinstance(kind, str) else ()
    inner = Table(
        value, path, faults, keys=("event", *(keys or (key for every in _KEYS.values() for key in every)))
    )
    if not inner.is_object or not inner.choice("event", tuple(_KEYS)):
        return {}
    found = {}
    for key in keys:
        if key == "verdict":
            found[key] = inner.choice(key, VERDICTS)
        elif key == "experiment":
            found[key] = inner.name(key)
        else:
            found[key] = inner.text(key, "a short text", default="" if key in {"why", "reason"} else None)
    return found
