"""Applies an environment: everything as a dry run first, then stage by stage, waiting for what runs.

Server-side apply with a manager of its own makes it safe to repeat, and shows what somebody else changed
since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toban.cluster_bed import waiting
from toban.cluster_bed.client import Cluster, ClusterRefusalError
from toban.manifests import order, owners, pruning, rollout
from toban.manifests.difference import Change, compare
from toban.manifests.rendering import Object, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toban.cluster_bed.progress import Say
    from toban.manifests.pruning import ApplySet

MANAGER = "toban-apply"
_UNRELEASED = "@sha256:" + "0" * 64


class NotReadyError(Exception):
    """The cluster or the environment lacks what nothing is applied without; each line names one thing."""


@dataclass(frozen=True)
class Applied:
    """What came of it."""

    objects: int
    warnings: tuple[str, ...]
    deleted: int = 0


def unreleased(objects: list[Object]) -> list[str]:
    """Returns the images that have no digest yet, as the overlays are before a first release."""
    return sorted({image for thing in objects for image in _images(thing) if image.endswith(_UNRELEASED)})


def refuse_missing_kinds(cluster: Cluster, objects: list[Object]) -> None:
    """Raises NotReadyError naming each kind that the cluster does not know, and the chart that brings it."""
    missing = {}
    for thing in objects:
        try:
            cluster.path(thing)
        except ClusterRefusalError:
            missing[f"{thing['apiVersion']} {thing['kind']}"] = thing["apiVersion"].split("/")[0]
    if missing:
        lines = [
            f"the cluster does not know {kind}: install its controller first" for kind in sorted(missing)
        ]
        raise NotReadyError(
            "\n".join([*lines, "cluster_manifests/platform/charts/charts.yaml has the pinned charts"])
        )


def differences(
    cluster: Cluster, objects: list[Object], *, members: ApplySet | None = None
) -> Iterator[Change]:
    """Yields what applying would change, as the server itself answers to a dry run.

    An object whose namespace does not exist yet counts as new, since the server cannot answer for it.

    Args:
        cluster: where.
        objects: of one environment, rendered.
        members: the set that they belong to; None deletes nothing.
    """
    for thing in objects:
        before = owners.current(cluster, thing)
        wanted = owners.with_hash(cluster, thing, objects)
        after = thing if before is None else cluster.apply(wanted, manager=MANAGER, dry_run=True).body
        yield from compare(before, after)
    if members:
        surplus = members.surplus(cluster, objects)
        yield from (Change(name_of(thing), "", thing, None) for thing in surplus.go)


def apply(
    cluster: Cluster,
    objects: list[Object],
    *,
    say: Say,
    within_s: float = 600,
    members: ApplySet | None = None,
) -> Applied:
    """Applies `objects` in order and returns when all that runs is rolled out.

    Args:
        cluster: where to.
        objects: of one environment, rendered.
        say: told of each stage.
        within_s: how long one stage may take to roll out.
        members: the set that they belong to: what it has beyond them is deleted at the end, when all of them
            run; None deletes nothing.

    Raises:
        ClusterRefusalError: an object was refused; what came before it stays.
        FailedError: a Job failed or a Deployment gave up.
        GaveUpWaitingError: a stage did not roll out in time.
    """
    warnings: list[str] = []
    if members:
        members.widen(cluster, objects)
    for kind, group in order.stages([members.member(thing) for thing in objects] if members else objects):
        say(f"applying {len(group)} {kind}: {', '.join(thing['metadata']['name'] for thing in group)}")
        for thing in group:
            owners.start(cluster, thing, objects, manager=MANAGER)
            warnings += _sent(cluster, owners.with_hash(cluster, thing, objects), say)
        if order.runs(kind):
            for thing in group:
                _await(cluster, thing, within_s)
    return Applied(len(objects), tuple(warnings), _prune(cluster, objects, members, say))


def _prune(cluster: Cluster, objects: list[Object], members: ApplySet | None, say: Say) -> int:
    if members is None:
        return 0
    surplus = members.surplus(cluster, objects)
    for thing, reason in surplus.stay:
        say(f"{name_of(thing)} is in no manifest and stays: {reason}")
    for thing in surplus.go:
        say(f"deleting {name_of(thing)}: it is in no manifest any more")
        pruning.delete(cluster, thing)
    members.narrow(cluster, objects, surplus)
    return len(surplus.go)


def _sent(cluster: Cluster, thing: Object, say: Say) -> tuple[str, ...]:
    """Applies one object; a policy whose parameter was made a moment ago is given five seconds to see it."""
    name = f"{thing['kind']} {thing['metadata']['name']}"

    def sent() -> tuple[str, ...] | None:
        try:
            return (*cluster.apply(thing, manager=MANAGER).warnings, "")
        except ClusterRefusalError as refusal:
            if "no params found" in str(refusal):
                return None
            raise ClusterRefusalError(refusal.status, refusal.reason, f"{name}: {refusal}") from refusal

    warned = waiting.until(sent, what=f"the policies to see the parameters of {name}", within_s=5)[:-1]
    for line in warned:
        say(f"  warning for {name}: {line}")
    return warned


def _await(cluster: Cluster, thing: Object, within_s: float) -> None:
    path = cluster.path(thing)
    what = f"{thing['kind']} {thing['metadata']['name']} to roll out"
    waiting.until(lambda: rollout.done(cluster.get(path)), what=what, within_s=within_s)


def _images(thing: Object) -> list[str]:
    pod = ((thing.get("spec") or {}).get("template") or {}).get("spec") or {}
    return [container["image"] for container in [*pod.get("initContainers", []), *pod.get("containers", [])]]
