"""Lists the members of the fleet that a tick starts a run for: all of the document's but the stack's own."""

from typing import Any, NamedTuple, TypedDict

from functions.night_scaling.bundled import bundled_schedule
from functions.night_scaling.contract import CAPABILITY
from functions.night_scaling.policy import fleet as fleets
from functions.night_scaling.policy.active_schedule import find_active
from functions.night_scaling.ports import Ports
from functions.night_scaling.schedule.desired import desired
from functions.runs.notifying import CALM, failures_of, notify_of_end, undecided_of
from functions.runs.target import target_of
from functions.runtime.entrypoint import Call, entrypoint

FLEET = "night_fleet"
"""The fleet's machine, as what people were told of it is remembered by."""


class Member(TypedDict):
    """Input of one member's run; what it consists of, the run looks up itself."""

    target: str
    cause: str


class Answer(NamedTuple):
    """What the fleet's machine goes on with.

    Attributes:
        target: The environment whose fleet it is.
        targets: Input of each member's run.
        reason: How many are due, in a sentence.
        action: `fan_out`, or `nothing` without a schedule.
    """

    target: str
    targets: list[Member]
    reason: str
    action: str = "fan_out"


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Answers with the input of each member's run; the schedule is worked out once for all of them.

    Raises:
        PermanentError: The machine was started for nobody, or for another than this control plane's.
    """
    environment = target_of(call.run, environment=ports.settings.environment)
    record, bundled = ports.table.recall(environment), bundled_schedule(environment)
    schedule = find_active(record, environment=environment, bundled=bundled)
    if schedule is None:
        return Answer(environment, [], f"{environment} has no schedule", "nothing")._asdict()
    document = schedule.document
    # What the fleet's machine was told of is over when it has listed its members for hours without it.
    over = dict.fromkeys((undecided_of(CAPABILITY), failures_of(FLEET)), CALM)
    notify_of_end(ports, record, kinds=over, target=environment, now=call.now, zone=document.zone)
    asleep = desired(document, holds=schedule.holds, now=call.now).asleep
    found = fleets.members(document, own=ports.settings.cluster)
    share = document.caps.share_per_tick_percent if asleep else 100
    chosen = fleets.due(found, share_percent=share, now=call.now)
    cause = fleets.word(call.run.get("cause"))
    targets = [Member(target=f"{environment}/{target.name}", cause=cause) for target in chosen]
    return Answer(environment, targets, f"{len(chosen)} of {len(found)} members are due")._asdict()
