"""The evidence gate: probes from two Regions, last heartbeat, pre-flight; any answer at all is alive."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from functions.disaster_recovery.policy.requesting import DRILL, FAILOVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.disaster_recovery.policy.situation import Probe, Situation

FEWEST_REGIONS: Final = 2


class Against(NamedTuple):
    """What the evidence says against going on.

    Attributes:
        name: In short.
        sentence: In words.
        override: What a second person has to name for it not to count; None when nobody can.
    """

    name: str
    sentence: str
    override: str | None = None


def against(situation: Situation) -> tuple[Against, ...]:
    """Returns what is missing, too old, or says that the primary lives. A drill needs none of it."""
    if situation.request.mode == DRILL:
        return ()
    found = [*_of_heartbeat(situation), *_of_preflight(situation)]
    if situation.request.mode == FAILOVER:
        found = [*_of_probes(situation), *found]
    return tuple(found)


def newest_probes(situation: Situation) -> dict[str, Probe]:
    """Returns the newest probe from each Region, however old it is."""
    by_age = sorted(situation.evidence.probes, key=lambda probe: (probe.at, _answered(probe)))
    return {probe.region: probe for probe in by_age}


def _answered(probe: Probe) -> bool:
    return probe.answered or probe.status is not None


def _of_probes(situation: Situation) -> Iterator[Against]:
    newest = newest_probes(situation)
    fresh = {region for region, probe in newest.items() if situation.now - probe.at <= _patience(situation)}
    outside = fresh - {situation.evidence.primary_region}
    if len(outside) < FEWEST_REGIONS:
        minutes = situation.limits.evidence_minutes
        yield Against(
            "too-few-probes",
            f"probes of the last {minutes} minutes come from {len(outside)} Regions; "
            f"at least {FEWEST_REGIONS} are needed",
        )
    declared = situation.request.outage_declared_at
    for region, probe in sorted(newest.items()):
        since = declared is None or probe.at >= declared
        if _answered(probe) and (region in fresh or since):
            status = f" with {probe.status}" if probe.status else ""
            again = (
                "" if region in fresh else f" at {probe.at.isoformat()}, and nobody looked from there again"
            )
            yield Against("alive", f"the primary answered {region}{status}{again}: it is alive", "alive")


def _of_heartbeat(situation: Situation) -> Iterator[Against]:
    heartbeat, request = situation.evidence.last_heartbeat, situation.request
    if heartbeat is None:
        yield Against("no-heartbeat", "the last heartbeat is not known")
        return
    if situation.now - heartbeat.read_at > _patience(situation):
        yield Against("stale-heartbeat", "the last heartbeat was looked for too long ago")
    declared = request.outage_declared_at
    if request.mode == FAILOVER and declared and heartbeat.written_at > declared:
        yield Against(
            "alive", "the last heartbeat is later than the declared outage: the primary lived then", "alive"
        )


def _of_preflight(situation: Situation) -> Iterator[Against]:
    preflight = situation.evidence.preflight
    if preflight is None:
        yield Against("no-preflight", "there is no pre-flight")
    elif situation.now - preflight.at > _patience(situation):
        yield Against("stale-preflight", "the pre-flight was made too long ago")
    elif not preflight.green or preflight.red:
        red = ", ".join(preflight.red) or "no more is known"
        yield Against("red-preflight", f"the pre-flight is red: {red}", "preflight")


def _patience(situation: Situation) -> timedelta:
    return timedelta(minutes=situation.limits.evidence_minutes)
