"""The daily pre-flight: what would make a recovery fail, found on a day on which nobody needs it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from functions.core.reading.records import read_record
from functions.disaster_recovery.policy.readiness_shape import READINESS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from functions.disaster_recovery.policy.readiness import Readiness

CERTIFICATE_DAYS: Final = 30
LONGEST_TTL: Final = 60
FEWEST_TYPES: Final = 2
FEWEST_ZONES: Final = 2


MAY_BE_EMPTY: Final = ("volumes_moved", "instance_types")
"""An environment may have no volume with state; zones without instance types are red by themselves."""
RESTORES: Final = ("rds:RestoreDBInstanceToPointInTime", "rds:RestoreDBInstanceFromDBSnapshot")


class Red(NamedTuple):
    """One thing that is not ready, and what a person does about it."""

    name: str
    sentence: str
    do: str


def read_readiness(content: bytes) -> Readiness:
    """Returns what a pre-flight looks at.

    Raises:
        DocumentInvalid: it breaks the shape.
    """
    found: Readiness = read_record(content, READINESS)
    return found


def preflight(facts: Readiness) -> dict[str, Any]:
    """Returns the answer as plain values; what nobody looked at is red."""
    looked = [name for name in facts._fields if _is_unseen(facts, name)]
    looked += ["images"] if facts.images and not facts.images.running else []
    red = [Red(f"no-{name}", f"nobody looked at {name}", "make the pre-flight look") for name in looked]
    red += [*_of_flags(facts), *_of_copies(facts), *_of_room(facts), *_of_ways(facts)]
    return {"green": not red, "red": [each._asdict() for each in red], "pages": bool(red)}


def _is_unseen(facts: Readiness, name: str) -> bool:
    found = getattr(facts, name)
    return found is None or (found == {} and name not in MAY_BE_EMPTY)


def _of_flags(facts: Readiness) -> Iterator[Red]:
    for name, flags, words, remedy in (
        ("key", facts.keys, "is not enabled there", "enable the key, or make it again from the stack"),
        ("action", facts.allowed_actions, "is denied to its role", "grant it in the recovery's stack"),
        ("pod-identity", facts.pod_identities, "has no role there", "deploy the identities' stack there"),
        ("volume", facts.volumes_moved, "is only a snapshot, which no Region restores", "move its data"),
        ("parameter-group", facts.parameter_groups, "is not there", "deploy the database's stack there"),
    ):
        for each in _false(flags):
            yield Red(name, f"{each} {words}", remedy)
    for each in RESTORES if facts.allowed_actions else ():
        if each not in (facts.allowed_actions or {}):
            yield Red("action", f"nobody looked whether its role may {each}", "simulate it too")


def _false(flags: Mapping[str, bool] | None) -> list[str]:
    return sorted(name for name, flag in (flags or {}).items() if not flag)


def _of_copies(facts: Readiness) -> Iterator[Red]:
    for name, copy in sorted((facts.secrets or {}).items()):
        if copy.replica != copy.primary:
            have = f"has version {copy.replica}" if copy.replica else "is not there"
            yield Red(
                "secret", f"the replica of {name} {have}", "look at the replica's key, and replicate again"
            )
    images = facts.images
    for digest in sorted(set(images.running) - set(images.present)) if images else ():
        yield Red("image", f"{digest} runs and is not there", "push it again: only new images are replicated")
    soon = facts.now + timedelta(days=CERTIFICATE_DAYS)
    for name, certificate in sorted((facts.certificates or {}).items()):
        if certificate.expires_at is None or certificate.expires_at < soon:
            until = certificate.expires_at.isoformat() if certificate.expires_at else "never issued"
            yield Red("certificate", f"{name} is good until: {until}", "issue it in the recovery Region")


def _of_room(facts: Readiness) -> Iterator[Red]:
    for name, room in sorted((facts.quotas or {}).items()):
        if room.free < room.needed:
            yield Red("quota", f"{name}: {room.free} are free, {room.needed} needed", "ask AWS for more")
    zones = facts.instance_types
    good = [zone for zone, types in (zones or {}).items() if len(set(types)) >= FEWEST_TYPES]
    if zones is not None and len(good) < FEWEST_ZONES:
        sentence = f"{len(good)} zones offer {FEWEST_TYPES} of the instance types or more"
        yield Red("capacity", sentence, "add an instance type to the node groups, or reserve capacity")
    versions = facts.kubernetes
    if versions and versions.recovery < versions.primary:
        sentence = f"a recovery makes 1.{versions.recovery}, and 1.{versions.primary} is backed up"
        yield Red("kubernetes", sentence, "raise the version in the recovery's parameters")


def _of_ways(facts: Readiness) -> Iterator[Red]:
    if facts.machine_region and facts.machine_region != facts.recovery_region:
        sentence = f"the recovery's machine runs in {facts.machine_region}"
        yield Red("machine", sentence, f"deploy it in {facts.recovery_region}")
    for name, record in sorted((facts.records or {}).items()):
        if not record.health_check:
            yield Red("record", f"{name} follows no health check: it never fails over", "give it one")
        if record.ttl > LONGEST_TTL:
            yield Red("record", f"{name} lives {record.ttl} s", f"lower it to {LONGEST_TTL} s")
    for name in facts.open_to_the_world or ():
        yield Red("open", f"{name} lets anybody in", "close it: drills look from inside alone")
    if facts.vault_lock == "compliance":
        yield Red("vault-lock", "the vault's lock cannot be undone", "use governance, unless that is meant")
    for name, faults in sorted((facts.template_faults or {}).items()):
        for fault in faults:
            yield Red("template", f"{name}: {fault}", "mend the template for that Region")
