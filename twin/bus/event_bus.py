"""EventBridge's buses: events come in, rules choose them, targets get them."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.events.models import events_backends

from twin.api_faults import ApiError
from twin.bus.delivery import Delivery
from twin.bus.inputs import refused_input, target_input
from twin.bus.pattern_texts import PatternError
from twin.bus.patterns import compile_pattern
from twin.bus.put_events import checked_detail, checked_entries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twin.api_calls import ApiCalls
    from twin.api_records import CallContext
    from twin.clock import Clock
    from twin.cloudformation.provider import Aws
    from twin.timeline import Listener

ENABLED = {"ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}

WITH_PATTERN = {"CreateArchive", "PutRule", "TestEventPattern", "UpdateArchive"}
FIELDS = {"account", "detail-type", "id", "region", "resources", "source", "time"}
"""What an event must have for TestEventPattern (API reference)."""

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
        self._count = 0
        api_calls.overlay("events", "PutEvents", self._put_events)
        api_calls.overlay("events", "TestEventPattern", _test_pattern)
        for operation in WITH_PATTERN:
            api_calls.guard("events", operation, _refuse_pattern)
        api_calls.guard("events", "PutTargets", _refuse_inputs)

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

    def function_gave_up(self, function: str, event: Any, error: str) -> None:
        """Sends an asynchronous invocation that failed for good to where its function says.

        Args:
            function: The function's name.
            event: What it was invoked with.
            error: What went wrong.
        """
        name = function.rsplit(":", 1)[-1]
        self.listener("delivery", name, "an asynchronous invocation failed for good", error)
        facts = {
            "ErrorCode": "200",
            "ErrorMessage": error or "none",
            "RequestID": str(uuid.uuid5(IDS, f"{name}-lost")),
        }
        client = self.aws.client("lambda")
        configuration = client.get_function_configuration(FunctionName=name)
        queue = configuration.get("DeadLetterConfig", {}).get("TargetArn")
        if queue and ":sqs:" in queue:
            self.delivery.dead_letter(queue, json.dumps(event), facts)
        elif queue:
            self.aws.client("sns").publish(TopicArn=queue, Message=json.dumps(event))
        target = self._failure_destination(name)
        if target:
            record = {
                "version": "1.0",
                "requestContext": {"functionArn": name, "condition": "RetriesExhausted"},
                "requestPayload": event,
                "responsePayload": {"errorMessage": error},
            }
            self.delivery.start({"Arn": target}, json.dumps(record), cause=name)

    def _failure_destination(self, name: str) -> str | None:
        client = self.aws.client("lambda")
        try:
            config = client.get_function_event_invoke_config(FunctionName=name)
        except client.exceptions.ResourceNotFoundException:
            return None
        destination: str | None = config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        return destination

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


def _refuse_pattern(params: dict[str, Any]) -> None:
    if params.get("EventPattern"):
        try:
            compile_pattern(params["EventPattern"])
        except PatternError as error:
            text = f"Event pattern is not valid. Reason: {error}"
            raise ApiError("InvalidEventPatternException", text) from error


def _refuse_inputs(params: dict[str, Any]) -> None:
    for target in params["Targets"]:
        for _, text in refused_input(target):
            raise ApiError("ValidationException", text)


def _test_pattern(params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
    try:
        event = json.loads(params["Event"])
    except ValueError as error:
        raise ApiError(
            "ValidationException", f"Parameter Event is not valid: it is no JSON: {error}"
        ) from error
    lacking = sorted(FIELDS - set(event)) if isinstance(event, dict) else sorted(FIELDS)
    if lacking:
        raise ApiError("ValidationException", f"Parameter Event is not valid: it lacks {', '.join(lacking)}")
    return {"Result": compile_pattern(params["EventPattern"]).holds(event)}
