"""An environment's capacity as it was awake: written before any change, deleted after a verified wake."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from functions.core.cluster import Bounds, CronJob, ScaledObject, Workload
from functions.core.control import TargetRecord
from functions.core.instants import read_instant
from functions.core.nodegroups import Size
from functions.night_scaling.schedule.model import Layers

NOTE = "night_scaling/snapshot"


class Phase(StrEnum):
    """How far a snapshot's environment has come on its way down or up."""

    FALLING_ASLEEP = "falling-asleep"
    ASLEEP = "asleep"
    WAKING = "waking"


class Snapshot(NamedTuple):
    """What a wake has to bring back, and how far the environment has come.

    Attributes:
        mode: Mode of the schedule that it goes to, is in, or comes from.
        layers: That mode's layers.
        phase: How far it has come.
        taken_at: When the capacity was read.
        taken_by: ARN of the execution that read it.
        nodegroups: Size of each node group.
        workloads: Each workload that opted in, with its replicas and its autoscaler's bounds.
        cronjobs: Each CronJob that opted in.
        databases: Identifiers of the database instances that were running.
        attempts: Attempts at `mode` that were given up, in a row.
        retry_at: Earliest time of the next attempt; None for at once.
        settled_at: When its sleep was last verified; None before.
        left: Desired size of each node group as that verified sleep left it, which may be more than its
            mode's: a pod keeps a node, or an autoscaler has brought one back. Empty before.
        half_woken: Whether a wake that did not end was turned back: what its mode leaves running may still be
            down, and a sleep gives it back.
    """

    mode: str
    layers: Layers
    phase: Phase
    taken_at: datetime
    taken_by: str
    nodegroups: Mapping[str, Size]
    workloads: tuple[Workload, ...] = ()
    cronjobs: tuple[CronJob, ...] = ()
    databases: tuple[str, ...] = ()
    attempts: int = 0
    retry_at: datetime | None = None
    settled_at: datetime | None = None
    left: Mapping[str, int] = MappingProxyType({})
    half_woken: bool = False


def snapshot_of(record: TargetRecord) -> Snapshot | None:
    """Returns a target's snapshot; None while it is awake."""
    values = record.note(NOTE).values
    return from_values(values) if values else None


def to_values(snapshot: Snapshot) -> dict[str, object]:
    """Returns a snapshot as plain values."""
    return {
        **snapshot._asdict(),
        "layers": snapshot.layers._asdict(),
        "phase": snapshot.phase.value,
        "taken_at": snapshot.taken_at.isoformat(),
        "nodegroups": {name: size._asdict() for name, size in snapshot.nodegroups.items()},
        "workloads": [_workload_values(workload) for workload in snapshot.workloads],
        "cronjobs": [cronjob._asdict() for cronjob in snapshot.cronjobs],
        "databases": list(snapshot.databases),
        "retry_at": snapshot.retry_at.isoformat() if snapshot.retry_at else None,
        "settled_at": snapshot.settled_at.isoformat() if snapshot.settled_at else None,
        "left": dict(snapshot.left),
    }


def from_values(values: Mapping[str, Any]) -> Snapshot:
    """Reads a snapshot from plain values."""
    return Snapshot(
        **{
            **values,
            "layers": Layers(**values["layers"]),
            "phase": Phase(values["phase"]),
            "taken_at": read_instant(values["taken_at"]),
            "nodegroups": {name: Size(**size) for name, size in values["nodegroups"].items()},
            "workloads": tuple(_workload(workload) for workload in values["workloads"]),
            "cronjobs": tuple(CronJob(**cronjob) for cronjob in values["cronjobs"]),
            "databases": tuple(values["databases"]),
            "retry_at": _moment(values["retry_at"]),
            "settled_at": _moment(values["settled_at"]),
        }
    )


def _workload_values(workload: Workload) -> dict[str, object]:
    bounds, scaled_object = workload.bounds, workload.scaled_object
    return {
        **workload._asdict(),
        "bounds": bounds and bounds._asdict(),
        "scaled_object": scaled_object and scaled_object._asdict(),
    }


def _workload(values: Mapping[str, Any]) -> Workload:
    bounds, scaled = values["bounds"], values["scaled_object"]
    parts = {
        "bounds": Bounds(**bounds) if bounds else None,
        "scaled_object": ScaledObject(**scaled) if scaled else None,
    }
    return Workload(**{**values, **parts})


def _moment(text: str | None) -> datetime | None:
    return read_instant(text) if text else None
