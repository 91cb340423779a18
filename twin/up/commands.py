"""What a person asks of a standing twin over HTTP: its state, its timeline, a jump, an alarm, a speed."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from twin.alarms.decision import ALARM, INSUFFICIENT, OK
from twin.rehearsal import UnknownFault
from twin.rehearsal.faults import KINDS
from twin.up.jump_times import parse_jump_time
from twin.up.state import alarms_of, next_change, state_of
from twin.up.wire import Refusal

if TYPE_CHECKING:
    from concurrent.futures import Future
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from twin.rehearsal import Faults
    from twin.up.pace import Pace
    from twin.up.wire import Request
    from twin.world import World

STATES = (ALARM, OK, INSUFFICIENT)
LONGEST_NUMBER = 18
"""Digits of an entry's number."""
MOST_ENTRIES = 500
"""Entries of the timeline in one answer; `next` says where to go on."""


@dataclass(frozen=True, slots=True)
class Commands:
    """Performs commands; to be asked by the thread that has the baton."""

    world: World
    pace: Pace
    zone: ZoneInfo
    faults: Faults

    def state(self) -> dict[str, Any]:
        """Returns the state that the page shows."""
        return {**state_of(self.world, self.pace, self.zone), "faults": self.faults.listing()}

    def fault_kinds(self) -> dict[str, Any]:
        """Lists what can be broken, and what is."""
        kinds = [{"name": name, "says": kind.says, "of": kind.of} for name, kind in KINDS.items()]
        return {"kinds": kinds, "faults": self.faults.listing()}

    def fault(self, given: dict[str, Any]) -> dict[str, Any]:
        """Breaks something (`add`), or mends it again (`lift`)."""
        try:
            if "lift" in given:
                return self.faults.lift(_whole(given["lift"]))
            words = [given.get(key, "") for key in ("add", "environment", "of")]
            if not all(isinstance(word, str) for word in words):
                raise Refusal('A fault needs "add" and "environment", both texts.')
            return self.faults.add(*words)
        except UnknownFault as unknown:
            raise Refusal(str(unknown)) from unknown

    def timeline(self, request: Request) -> dict[str, Any]:
        """Returns the timeline's entries from number `since` on, and the number to ask from next time."""
        asked = parse_qs(request.target.partition("?")[2]).get("since", ["0"])[-1]
        if not (asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER):
            raise Refusal(f"since={asked!r} is no number of an entry: it is a whole number from 0 on.")
        since = min(int(asked), len(self.world.timeline))
        found = list(self.world.timeline)[since : since + MOST_ENTRIES]
        entries = [json.loads(entry.as_json()) for entry in found]
        return {"next": since + len(found), "entries": entries}

    def jump(self, given: dict[str, Any]) -> Future[datetime]:
        """Sets out for the time that `to` means; `next` is the next change of the schedule."""
        text = given.get("to")
        if not isinstance(text, str):
            raise Refusal('A jump needs "to": "+8h", "22:00", "next" or an instant.')
        if text.strip() != "next":
            return self.pace.jump(parse_jump_time(text, now=self.world.clock.now, zone=self.zone))
        change = next_change(self.world)
        if change is None:
            raise Refusal("No schedule changes any more, so there is nothing to jump to.")
        return self.pace.jump(change)

    def alarm(self, given: dict[str, Any]) -> dict[str, Any]:
        """Sets an alarm's state, as `aws cloudwatch set-alarm-state` does, until it is evaluated again."""
        name, wanted = given.get("name"), given.get("state", ALARM)
        known = {alarm["name"]: alarm["state"] for alarm in alarms_of(self.world)}
        if not isinstance(name, str) or name not in known:
            near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]}?" if near else "GET /twin/state lists them."
            raise Refusal(f"There is no alarm {name!r}; {hint}")
        if wanted not in STATES:
            raise Refusal(f"{wanted!r} is no state of an alarm: it is one of {', '.join(STATES)}.")
        before = known[name]
        self.world.account.client("cloudwatch").set_alarm_state(
            AlarmName=name, StateValue=wanted, StateReason=str(given.get("reason") or "set by a person")
        )
        return {"name": name, "before": before, "state": wanted}

    def speed(self, given: dict[str, Any]) -> dict[str, Any]:
        """Lets time flow at another speed."""
        wanted = given.get("speed")
        if isinstance(wanted, bool) or not isinstance(wanted, int | float):
            raise Refusal('A speed needs "speed": virtual seconds for each real second, 0 to stand still.')
        self.pace.speed = float(wanted)
        return {"speed": self.pace.speed}


def _whole(number: Any) -> int:
    if isinstance(number, bool) or not isinstance(number, int):
        raise Refusal('"lift" needs the number of a fault.')
    return number


def json_body(request: Request) -> dict[str, Any]:
    """Reads the JSON object of a request.

    Raises:
        Refusal: There is none, or it is not declared: browsers declare it only for the page's own origin.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refusal("Send a JSON object with Content-Type: application/json.", 415)
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Refusal(f"The body is no JSON: {error}.") from error
    if not isinstance(given, dict):
        raise Refusal("The body has to be a JSON object.")
    return given
