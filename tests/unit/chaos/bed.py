"""A bed for faults in memory: what was made, what it does to the alarms, and a crash at any call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.chaos.policy.intent import NOTE
from functions.core.errors import TemporaryError
from tests.fakes.control_table import FakeControlTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STOP_ALARMS = ("High Error Rate (dev)", "API Latency (dev)", "Low Availability (dev)")


class Died(BaseException):
    """The machine died here; nothing of it runs any more."""


class Bed:
    """Makes and takes away faults, counts calls, and breaks or dies when it is told to."""

    def __init__(self) -> None:
        self.table = FakeControlTable()
        self.things: dict[str, set[str]] = {}
        self.calls: list[str] = []
        self.dies_before: int | None = None
        self.dies_after: int | None = None
        self.broken: set[str] = set()
        self.alarms = dict.fromkeys(STOP_ALARMS, "OK")
        self.intent_when_injected: Mapping[str, object] = {}
        self.template: Mapping[str, Any] = {}

    def _call(self, name: str) -> None:
        if self.dies_before == len(self.calls):
            raise Died
        self.calls.append(name)
        if name in self.broken:
            raise TemporaryError(f"{name} was throttled")

    def _called(self) -> None:
        if self.dies_after == len(self.calls) - 1:
            raise Died

    def _make(self, run: str, thing: str) -> None:
        self.things.setdefault(run, set()).add(thing)

    def _drop(self, run: str, thing: str) -> None:
        self.things.get(run, set()).discard(thing)

    def start_prober(self, run: str) -> None:
        self._call("start_prober")
        self._make(run, "prober")
        self._called()

    def stop_prober(self, run: str) -> None:
        self._call("stop_prober")
        self._drop(run, "prober")
        self._called()

    def put_alarms(self, alarms: Sequence[Mapping[str, Any]]) -> None:
        self._call("put_alarms")
        for alarm in alarms:
            self._make(alarm["Tags"][0]["Value"], alarm["AlarmName"])
            self.alarms.setdefault(alarm["AlarmName"], "OK")
        self._called()

    def delete_alarms(self, names: Sequence[str]) -> None:
        self._call("delete_alarms")
        for name in names:
            self.alarms.pop(name, None)
            for run in self.things:
                self._drop(run, name)
        self._called()

    def inject(self, run: str, template: Mapping[str, Any]) -> None:
        self._call("inject")
        self.intent_when_injected = self.table.recall("dev").note(NOTE).values
        self.template = template
        self._make(run, "fault")
        self._called()

    def remove(self, run: str) -> None:
        self._call("remove")
        self._drop(run, "fault")
        self._called()

    def injected(self, run: str) -> tuple[str, ...] | None:
        return ("pod-1",) if "fault" in self.things.get(run, set()) else None

    def alarm_states(self, names: Sequence[str]) -> Mapping[str, str]:
        self._call("alarm_states")
        self._called()
        return {name: self.alarms[name] for name in names if name in self.alarms}

    def leftovers(self, run: str) -> tuple[str, ...]:
        self._call("leftovers")
        self._called()
        return tuple(sorted(self.things.get(run, set())))
