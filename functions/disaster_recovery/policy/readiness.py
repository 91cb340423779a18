"""What the recovery Region has to have ready every day; None stands for what nobody looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Images(NamedTuple):
    """Digests that run in the primary, and those that the recovery Region's registry has."""

    running: tuple[str, ...]
    present: tuple[str, ...]


class SecretCopy(NamedTuple):
    """A secret's version here and there; None for a replica that is not there."""

    primary: str
    replica: str | None


class Certificate(NamedTuple):
    """When a certificate ends; None for one that was not issued."""

    expires_at: datetime | None


class Room(NamedTuple):
    """How much of a limit a recovery needs, and how much is free."""

    needed: int
    free: int


class Versions(NamedTuple):
    """Kubernetes in the primary and in the recovery Region, minor version each."""

    primary: int
    recovery: int


class Record(NamedTuple):
    """A DNS record: whether it follows a health check, and its time to live in seconds."""

    health_check: bool
    ttl: int


class Readiness(NamedTuple):
    """All that a pre-flight looks at, by name."""

    now: datetime
    recovery_region: str
    machine_region: str | None
    keys: Mapping[str, bool] | None
    secrets: Mapping[str, SecretCopy] | None
    images: Images | None
    certificates: Mapping[str, Certificate] | None
    quotas: Mapping[str, Room] | None
    allowed_actions: Mapping[str, bool] | None
    pod_identities: Mapping[str, bool] | None
    kubernetes: Versions | None
    volumes_moved: Mapping[str, bool] | None
    instance_types: Mapping[str, tuple[str, ...]] | None
    parameter_groups: Mapping[str, bool] | None
    records: Mapping[str, Record] | None
    open_to_the_world: tuple[str, ...] | None
    vault_lock: str | None
    template_faults: Mapping[str, tuple[str, ...]] | None
