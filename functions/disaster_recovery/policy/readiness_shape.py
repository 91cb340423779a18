"""The published shape of what a pre-flight looks at, and of what it answers."""

from __future__ import annotations

from typing import Any, Final

from functions.core.reading import records
from functions.core.reading.records import Listed, Mapped, Member, Nullable
from functions.core.reading.shapes import Choice, Flag, Instant, Text, Whole
from functions.disaster_recovery.policy import readiness as facts

_COUNT: Final = Whole(0, 1_000_000)


def _looked(shape: Any, says: str) -> Member:
    return Member(Nullable(shape), f"{says}; null: nobody looked", None)


READINESS: Final = records.Record(
    facts.Readiness,
    {
        "now": Member(Instant(), "the instant"),
        "recovery_region": Member(Text(), "where a recovery goes"),
        "machine_region": _looked(Text(), "where the recovery's own machine runs"),
        "keys": _looked(Mapped(Flag()), "each KMS key, and whether it is enabled there"),
        "secrets": _looked(
            Mapped(
                records.Record(
                    facts.SecretCopy,
                    {
                        "primary": Member(Text(), "version in the primary"),
                        "replica": Member(Nullable(Text()), "version of the replica; null: none", None),
                    },
                )
            ),
            "each secret",
        ),
        "images": _looked(
            records.Record(
                facts.Images,
                {
                    "running": Member(Listed(Text()), "digests that run in the primary"),
                    "present": Member(Listed(Text()), "digests that the recovery Region has"),
                },
            ),
            "images",
        ),
        "certificates": _looked(
            Mapped(
                records.Record(
                    facts.Certificate,
                    {"expires_at": Member(Nullable(Instant()), "its end; null: not issued", None)},
                )
            ),
            "each certificate there",
        ),
        "quotas": _looked(
            Mapped(
                records.Record(
                    facts.Room,
                    {
                        "needed": Member(_COUNT, "by a recovery"),
                        "free": Member(_COUNT, "of the limit"),
                    },
                )
            ),
            "each limit there",
        ),
        "allowed_actions": _looked(Mapped(Flag()), "each action, and whether its role may, by simulation"),
        "pod_identities": _looked(Mapped(Flag()), "each service account, and whether it is associated"),
        "kubernetes": _looked(
            records.Record(
                facts.Versions,
                {
                    "primary": Member(Whole(20, 99), "minor version of what is backed up"),
                    "recovery": Member(Whole(20, 99), "minor version that a recovery makes"),
                },
            ),
            "versions",
        ),
        "volumes_moved": _looked(
            Mapped(Flag()), "each volume with state, and whether its data are moved, not its snapshot"
        ),
        "instance_types": _looked(Mapped(Listed(Text())), "instance types that each zone offers"),
        "parameter_groups": _looked(
            Mapped(Flag()), "each parameter and option group, and whether it is there"
        ),
        "records": _looked(
            Mapped(
                records.Record(
                    facts.Record,
                    {
                        "health_check": Member(Flag(), "whether it follows one"),
                        "ttl": Member(Whole(0, 604_800), "time to live in seconds"),
                    },
                )
            ),
            "each DNS record of the public names",
        ),
        "open_to_the_world": _looked(Listed(Text()), "security groups of databases that anybody reaches"),
        "vault_lock": _looked(Choice(("none", "governance", "compliance")), "lock of the backup vault"),
        "template_faults": _looked(Mapped(Listed(Text())), "each template, and its faults for that Region"),
    },
)

PREFLIGHT: Final = records.Record(
    dict,
    {
        "green": Member(Flag(), "whether all is ready"),
        "red": Member(
            Listed(
                records.Record(
                    dict,
                    {
                        "name": Member(Text(), "what is not ready, or `no-` and what nobody looked at"),
                        "sentence": Member(Text(), "in words"),
                        "do": Member(Text(), "what a person does about it"),
                    },
                )
            ),
            "what is not ready",
        ),
        "pages": Member(Flag(), "whether whoever is on duty is paged"),
    },
)
