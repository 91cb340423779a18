"""Which templates of a workload are known to be good: by their content, whatever restarts wrote into it."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

RESTARTED = (
    "kubectl.kubernetes.io/restartedAt",
    "toban.dev/restarted-at",
    "rollouts.argoproj.io/restartedAt",
)
"""Annotations that a restart writes into a template and that change nothing of what runs."""
HASHES = ("pod-template-hash", "rollouts-pod-template-hash")
"""Labels that controllers add to the templates of their replica sets."""
PROBATION = timedelta(minutes=30)
"""How long a template has to run without a new alarm to be known as good."""


class Standing(StrEnum):
    """What is known of a template."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


class Stint(NamedTuple):
    """One stretch during which a template was rolled out.

    Attributes:
        key: The template's key.
        began: When its roll-out began.
        ended: When another took its place; None while it is the present one.
        first_alarm: First alarm of the service in it; None when there was none.
        blamed: Whether a run has found it to be the cause.
    """

    key: str
    began: datetime
    ended: datetime | None = None
    first_alarm: datetime | None = None
    blamed: bool = False


class Migration(NamedTuple):
    """A change of the database's schema: `expand` suits the code before it, `contract` does not."""

    kind: str
    at: datetime


class RevisionLedger(NamedTuple):
    """Stints, the present one first, and migrations."""

    stints: tuple[Stint, ...] = ()
    migrations: tuple[Migration, ...] = ()


def key_of(template: Mapping[str, Any]) -> str:
    """Returns what names a template by its content, 16 hexadecimal digits; a restart does not change it."""
    metadata = dict(template.get("metadata") or {})
    for member, left_out in (("annotations", RESTARTED), ("labels", HASHES)):
        kept = {key: value for key, value in (metadata.get(member) or {}).items() if key not in left_out}
        metadata.pop(member, None)
        if kept:
            metadata[member] = kept
    metadata.pop("creationTimestamp", None)
    content = {"metadata": metadata, "spec": template.get("spec")}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def standing(ledger: RevisionLedger, key: str, *, now: datetime) -> Standing:
    """Returns what is known of a template; present evidence makes a good one bad."""
    stints = [stint for stint in ledger.stints if stint.key == key]
    if any(stint.blamed for stint in stints):
        return Standing.BAD
    quiet = ((stint.first_alarm or stint.ended or now) - stint.began for stint in stints)
    return Standing.GOOD if any(length >= PROBATION for length in quiet) else Standing.UNKNOWN


def last_known_good(ledger: RevisionLedger, *, now: datetime) -> Stint | None:
    """Returns the newest stint of a good template other than the present one; None when there is none."""
    present = ledger.stints[0].key if ledger.stints else None
    for stint in ledger.stints[1:]:
        if stint.key != present and standing(ledger, stint.key, now=now) is Standing.GOOD:
            return stint
    return None


def contract_since(ledger: RevisionLedger, stint: Stint) -> Migration | None:
    """Returns a migration since a roll-out that its code does not suit; None when there is none."""
    return next(
        (each for each in ledger.migrations if each.kind == "contract" and each.at > stint.began), None
    )
