"""AWS::Events: buses, who may put events on them, and rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.bus.pattern_texts import PatternError
from twin.bus.patterns import compile_pattern
from twin.cloudformation import calls
from twin.cloudformation.intrinsics import Pending
from twin.cloudformation.provider import Provider, Resource, Step, register
from twin.cloudformation.providers.event_targets import (
    TARGET_SERVICES,
    check_expression,
    check_input,
    check_target,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def check_rule(resource: Resource) -> Iterator[tuple[str, str]]:
    """Reports a bad schedule or pattern, and targets that the bus cannot reach."""
    pattern, schedule = resource.properties.get("EventPattern"), resource.properties.get("ScheduleExpression")
    if pattern is None and schedule is None:
        yield "EventPattern", "a rule needs an EventPattern or a ScheduleExpression: add one"
    if isinstance(schedule, str) and not isinstance(schedule, Pending):
        yield from check_expression(schedule, "UTC", of_rule=True)
    if pattern is not None and not isinstance(pattern, Pending):
        yield from check_pattern(pattern)
    for index, target in enumerate(resource.properties.get("Targets") or []):
        yield from check_target(target, f"Targets.{index}", TARGET_SERVICES)
        yield from check_input(target, f"Targets.{index}")
        if "Id" not in target:
            yield f"Targets.{index}", "a target needs an Id: add it"


def check_pattern(pattern: Any, member: str = "EventPattern") -> Iterator[tuple[str, str]]:
    """Reports a pattern that EventBridge would refuse, at the part of it that is wrong."""
    text = pattern if isinstance(pattern, str) else json.dumps(pattern)
    try:
        compile_pattern(text)
    except PatternError as error:
        where = str(error).split(": ", 1)[0]
        written = isinstance(pattern, dict) and where.split(".", 1)[0] in pattern
        yield (f"{member}.{where}" if written else member), f"the event pattern is not valid: {error}"


def _bus(resource: Resource) -> dict[str, Any]:
    """Returns the bus that a policy names; nothing where it means the default one."""
    given = resource.properties
    return {"EventBusName": given["EventBusName"]} if "EventBusName" in given else {}


def bus_policy_input(resource: Resource) -> Mapping[str, Any]:
    """Builds PutPermission's input: a statement as a whole policy, anything else as it is."""
    given = resource.properties
    if "Statement" not in given:
        return given
    statement = {**given["Statement"], "Sid": given["StatementId"]}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {**_bus(resource), "Policy": json.dumps(policy)}


def archive_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateArchive's input."""
    given = dict(resource.properties)
    given["EventSourceArn"] = given.pop("SourceArn")
    pattern = given.get("EventPattern")
    return {**given, "EventPattern": json.dumps(pattern)} if isinstance(pattern, dict) else given


def rule_input(resource: Resource) -> Mapping[str, Any]:
    """Builds PutRule's input."""
    given = {key: value for key, value in resource.properties.items() if key != "Targets"}
    pattern = given.get("EventPattern")
    return {**given, "EventPattern": json.dumps(pattern)} if isinstance(pattern, dict) else given


def targets_input(resource: Resource) -> dict[str, Any] | None:
    """Builds PutTargets' input."""
    targets = resource.properties.get("Targets")
    return {**_rule(resource), "Targets": targets} if targets else None


def rewrite_rule(resource: Resource) -> None:
    """Writes a rule again and drops the targets that it lost."""
    calls.call(resource.aws, "events.PutRule", rule_input(resource))
    there = resource.aws.client("events").list_targets_by_rule(**_rule(resource))["Targets"]
    kept = {target["Id"] for target in resource.properties.get("Targets") or []}
    gone = [target["Id"] for target in there if target["Id"] not in kept]
    if gone:
        calls.call(resource.aws, "events.RemoveTargets", {**_rule(resource), "Ids": gone})


def empty_rule(resource: Resource) -> None:
    """Takes every target from a rule, so that it can be deleted."""
    there = resource.aws.client("events").list_targets_by_rule(**_rule(resource))["Targets"]
    if there:
        calls.call(
            resource.aws,
            "events.RemoveTargets",
            {**_rule(resource), "Ids": [target["Id"] for target in there]},
        )


def _rule(resource: Resource) -> dict[str, Any]:
    bus = resource.properties.get("EventBusName")
    return {"Rule": resource.properties["Name"], **({"EventBusName": bus} if bus else {})}


def rule_key(resource: Resource) -> dict[str, Any]:
    """Returns the key of a rule as DeleteRule wants it."""
    key = _rule(resource)
    return {"Name": key.pop("Rule"), **key}


register(
    Provider(
        kind="AWS::Events::EventBus",
        create="events.CreateEventBus",
        ref="=Name",
        attributes={"Arn": "EventBusArn", "Name": "=Name"},
        needs=frozenset({"Name"}),
        not_emulated={
            "LogConfig": "the timeline records every delivery",
            "Policy": "who may put events is not enforced",
        },
        update="events.UpdateEventBus",
        immutable=frozenset({"Name"}),
        delete="events.DeleteEventBus",
        delete_input=lambda resource: {"Name": resource.physical},
    ),
    Provider(
        kind="AWS::Events::EventBusPolicy",
        create="events.PutPermission",
        ref="=StatementId",
        adapt=bus_policy_input,
        needs=frozenset({"StatementId"}),
        update="events.PutPermission",
        immutable=frozenset({"StatementId", "EventBusName"}),
        delete="events.RemovePermission",
        delete_input=lambda resource: {"StatementId": resource.physical, **_bus(resource)},
    ),
    Provider(
        kind="AWS::Events::Archive",
        create="events.CreateArchive",
        name="ArchiveName",
        ref="=ArchiveName",
        attributes={"Arn": "ArchiveArn"},
        adapt=archive_input,
        elsewhere=frozenset({"SourceArn"}),
        needs=frozenset({"SourceArn"}),
        immutable=frozenset({"ArchiveName", "SourceArn"}),
        delete="events.DeleteArchive",
        delete_input=lambda resource: {"ArchiveName": resource.physical},
    ),
    Provider(
        kind="AWS::Events::Rule",
        create="events.PutRule",
        name="Name",
        ref="=Name",
        attributes={"Arn": "RuleArn"},
        adapt=rule_input,
        checks=(check_rule,),
        then=(Step("events.PutTargets", targets_input),),
        update=rewrite_rule,
        immutable=frozenset({"EventBusName"}),
        before_delete=empty_rule,
        delete="events.DeleteRule",
        delete_input=rule_key,
    ),
)
