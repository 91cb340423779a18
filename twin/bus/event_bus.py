"""EventBridge's buses: events come in, rules choose them, targets get them."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.events.models import events_backends

from twin.api_faults import ApiError
from twin.bus.delivery import Delivery
from twin.bus.failed_functions import FailedFunctions
from twin.bus.inputs import target_input
from twin.bus.patterns import compile_pattern
from twin.bus.put_events import checked_detail, checked_entries
from twin.bus.request_checks import answer_checks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twin.api_calls import ApiCalls
    from twin.api_records import CallContext
    from twin.clock import Clock
    from twin.cloudformation.provider import Aws
    from twin.timeline import Listener

ENABLED = {"ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}

IDS = uuid.UUID("5e7f0f9c-3f0e-5d55-9d7a-6c1f6a3b8f10")
"""Event ids are counted under this name, so that two runs give the same."""

ARCHIVES = "prod.vhs.events.aws.internal"
"""Who manages the rule that fills an archive."""


class EventBus:
    """Every bus of the account. It answers PutEvents and TestEventPattern from its creation on.

    Args:
        clock: Its time stamps the events.
        api_calls: The hook that brings the calls here.
        aws: The account.
        listener: Is told of every event and failed delivery: kind, subject, what, why.
    """

    def __init__(
        self,
        clock: Clock,
        api_calls: ApiCalls,
        aws: Aws,
        *,
        listener: Listener,
    ) -> None:
        self.clock, self.aws, self.listener = clock, aws, listener
        self.delivery = Delivery(clock, aws, self._to_bus, listener)
        self.failed_functions = FailedFunctions(aws, self.delivery, listener, IDS)
        self._count = 0
        api_calls.overlay("events", "PutEvents", self._put_events)
        answer_checks(api_calls)

    def emit(
        self,
        source: str,
        detail_type: str,
        detail: Mapping[str, Any],
        *,
        resources: Sequence[str] = (),
        bus: str = "default",
        at: datetime | None = None,
    ) -> str:
        """Puts an event on a bus as an AWS service does, `aws.*` sources included.

        Returns:
            The event's id.
        """
        self._count += 1
        event = {
            "version": "0",
            "id": str(uuid.uuid5(IDS, str(self._count))),
            "detail-type": detail_type,
            "source": source,
            "account": self.aws.account,
            "time": (at or self.clock.now).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self.aws.region,
            "resources": list(resources),
            "detail": dict(detail),
        }
        self.listener("event", source, detail_type, "")
        self.route(event, bus)
        return str(event["id"])

    def route(self, event: Mapping[str, Any], bus: str) -> None:
        """Starts a delivery to each target of each rule that the event matches."""
        for rule in list(self._rules(bus)):
            written = rule.event_pattern.dump()
            if written and rule.state in ENABLED and compile_pattern(written).holds(event):
                if rule.managed_by == ARCHIVES:
                    self._archive(rule, event)
                    continue
                for target in rule.targets:
                    payload = target_input(target, event, rule_arn=rule.arn)
                    self.delivery.start(target, payload, cause=rule.arn)

    def _archive(self, rule: Any, event: Mapping[str, Any]) -> None:
        """Keeps an event in the archive that a rule of EventBridge's own fills."""
        for archive in events_backends[self.aws.account][self.aws.region].archives.values():
            if archive.rule is rule:
                kept: Any = dict(event)
                archive.events.append(kept)

    def _to_bus(self, arn: str, payload: str) -> None:
        self.route(json.loads(payload), arn.rsplit("/", 1)[-1])

    def _rules(self, bus: str) -> list[Any]:
        buses = events_backends[self.aws.account][self.aws.region].event_buses
        name = bus.rsplit("/", 1)[-1]
        if name not in buses:
            raise ApiError("ResourceNotFoundException", f"Event bus {name} does not exist.")
        return list(buses[name].rules.values())

    def _put_events(self, params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        answers = [self._put_one(entry) for entry in checked_entries(params)]
        return {"FailedEntryCount": sum("ErrorCode" in answer for answer in answers), "Entries": answers}

    def _put_one(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        try:
            detail = checked_detail(entry)
        except ApiError as error:
            return {"ErrorCode": error.code, "ErrorMessage": error.message}
        bus = entry.get("EventBusName") or "default"
        source, kind, at = entry["Source"], entry["DetailType"], entry.get("Time")
        resources = entry.get("Resources", ())
        return {"EventId": self.emit(source, kind, detail, resources=resources, bus=bus, at=at)}
