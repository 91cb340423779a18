"""AWS::Events and AWS::Scheduler: buses, rules, schedules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.intrinsics import Pending
from twin.cloudformation.provider import Made, Provider, Step, register, tags_of
from twin.cron import ExpressionError, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TARGET_SERVICES = {"lambda", "states", "sns", "sqs", "events", "logs"}
"""Services that the twin's bus can deliver to."""


def check_rule(made: Made) -> Iterator[tuple[str, str]]:
    """Reports a bad schedule or pattern, and targets that the bus cannot reach."""
    pattern, schedule = made.properties.get("EventPattern"), made.properties.get("ScheduleExpression")
    if pattern is None and schedule is None:
        yield "EventPattern", "a rule needs an EventPattern or a ScheduleExpression: add one"
    if isinstance(schedule, str) and not isinstance(schedule, Pending):
        yield from _expression(schedule, "UTC", at_allowed=False)
    if isinstance(pattern, dict):
        yield from _pattern(pattern, "EventPattern")
    for index, target in enumerate(made.properties.get("Targets") or []):
        yield from _target(target, f"Targets.{index}", TARGET_SERVICES)
        if "Id" not in target:
            yield f"Targets.{index}", "a target needs an Id: add it"


def check_schedule(made: Made) -> Iterator[tuple[str, str]]:
    """Reports a bad expression or time zone, and a target that the scheduler cannot reach."""
    given = made.properties
    text, zone = given.get("ScheduleExpression", ""), given.get("ScheduleExpressionTimezone", "UTC")
    if not isinstance(text, Pending) and not isinstance(zone, Pending):
        yield from _expression(str(text), str(zone))
    window = given.get("FlexibleTimeWindow") or {}
    if window.get("Mode") == "FLEXIBLE" and "MaximumWindowInMinutes" not in window:
        yield "FlexibleTimeWindow", "a flexible window needs MaximumWindowInMinutes: add it"
    yield from _target(given.get("Target") or {}, "Target", {*TARGET_SERVICES, "scheduler"})


def _expression(text: str, zone: str, *, at_allowed: bool = True) -> Iterator[tuple[str, str]]:
    try:
        parse(text, zone, at_allowed=at_allowed)
    except ExpressionError as error:
        where = "ScheduleExpressionTimezone" if "time zone" in str(error) else "ScheduleExpression"
        yield where, str(error)


def _pattern(pattern: Mapping[str, Any], route: str) -> Iterator[tuple[str, str]]:
    """Reports leaves that are no lists; a bare value would never match."""
    for key, value in pattern.items():
        if isinstance(value, dict):
            yield from _pattern(value, f"{route}.{key}")
        elif not isinstance(value, list):
            yield f"{route}.{key}", f"the pattern's {key} is {value!r}: put the value in a list"


def _target(target: Mapping[str, Any], route: str, services: set[str]) -> Iterator[tuple[str, str]]:
    arn = target.get("Arn")
    if arn is None:
        yield route, "a target needs an Arn: add it"
    elif not isinstance(arn, Pending):
        parts = str(arn).split(":")
        service = parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - arn, partition, service
        if service not in services:
            yield (
                f"{route}.Arn",
                f"the twin cannot deliver to {arn}: use a target of {', '.join(sorted(services))}",
            )
        if service == "scheduler":
            yield from _universal(str(arn), f"{route}.Arn")


def _universal(arn: str, route: str) -> Iterator[tuple[str, str]]:
    from twin.bus.universal import operation_of  # noqa: PLC0415 - loads moto, which a plain template needs not

    try:
        operation_of(arn)
    except LookupError as error:
        yield route, str(error.args[0])


def rule_input(made: Made) -> Mapping[str, Any]:
    """Builds PutRule's input."""
    given = {key: value for key, value in made.properties.items() if key != "Targets"}
    pattern = given.get("EventPattern")
    return {**given, "EventPattern": json.dumps(pattern)} if isinstance(pattern, dict) else given


def targets(made: Made) -> dict[str, Any] | None:
    """Builds PutTargets' input."""
    found = made.properties.get("Targets")
    return {**_rule(made), "Targets": found} if found else None


def rewrite_rule(made: Made) -> None:
    """Writes a rule again and drops the targets that it lost."""
    calls.call(made.aws, "events.PutRule", rule_input(made))
    there = made.aws.client("events").list_targets_by_rule(**_rule(made))["Targets"]
    kept = {target["Id"] for target in made.properties.get("Targets") or []}
    gone = [target["Id"] for target in there if target["Id"] not in kept]
    if gone:
        calls.call(made.aws, "events.RemoveTargets", {**_rule(made), "Ids": gone})


def empty_rule(made: Made) -> None:
    """Takes every target from a rule, so that it can be deleted."""
    there = made.aws.client("events").list_targets_by_rule(**_rule(made))["Targets"]
    if there:
        calls.call(
            made.aws, "events.RemoveTargets", {**_rule(made), "Ids": [target["Id"] for target in there]}
        )


def _rule(made: Made) -> dict[str, Any]:
    bus = made.properties.get("EventBusName")
    return {"Rule": made.properties["Name"], **({"EventBusName": bus} if bus else {})}


def rule_key(made: Made) -> dict[str, Any]:
    """Returns the key of a rule as DeleteRule wants it."""
    key = _rule(made)
    return {"Name": key.pop("Rule"), **key}


def schedule_key(made: Made) -> dict[str, Any]:
    """Returns the key of a schedule in its group."""
    group = made.properties.get("GroupName")
    return {"Name": made.properties["Name"], **({"GroupName": group} if group else {})}


register(
    Provider(
        kind="AWS::Events::EventBus",
        create="events.CreateEventBus",
        ref="=Name",
        attributes={"Arn": "EventBusArn", "Name": "=Name"},
        needs=frozenset({"Name"}),
        elsewhere=frozenset({"Policy"}),
        not_emulated={"LogConfig": "the timeline records every delivery"},
        update="events.UpdateEventBus",
        immutable=frozenset({"Name"}),
        delete="events.DeleteEventBus",
        delete_input=lambda made: {"Name": made.physical},
    ),
    Provider(
        kind="AWS::Events::EventBusPolicy",
        create="events.PutPermission",
        ref="=StatementId",
        adapt=lambda made: (
            {
                **(
                    {"EventBusName": made.properties["EventBusName"]}
                    if "EventBusName" in made.properties
                    else {}
                ),
                "Policy": json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {**made.properties["Statement"], "Sid": made.properties["StatementId"]}
                        ],
                    }
                ),
            }
            if "Statement" in made.properties
            else made.properties
        ),
        needs=frozenset({"StatementId"}),
        update="events.PutPermission",
        immutable=frozenset({"StatementId", "EventBusName"}),
        delete="events.RemovePermission",
        delete_input=lambda made: {
            "StatementId": made.physical,
            **(
                {"EventBusName": made.properties["EventBusName"]} if "EventBusName" in made.properties else {}
            ),
        },
    ),
    Provider(
        kind="AWS::Events::Rule",
        create="events.PutRule",
        name="Name",
        ref="=Name",
        attributes={"Arn": "RuleArn"},
        adapt=rule_input,
        checks=(check_rule,),
        then=(Step("events.PutTargets", targets),),
        update=rewrite_rule,
        immutable=frozenset({"EventBusName"}),
        before_delete=empty_rule,
        delete="events.DeleteRule",
        delete_input=rule_key,
    ),
    Provider(
        kind="AWS::Scheduler::ScheduleGroup",
        create="scheduler.CreateScheduleGroup",
        name="Name",
        ref="=Name",
        attributes={"Arn": "ScheduleGroupArn", "State": lambda _: "ACTIVE"},
        adapt=lambda made: {
            **made.properties,
            "Tags": [{"Key": key, "Value": value} for key, value in tags_of(made.properties).items()],
        },
        delete="scheduler.DeleteScheduleGroup",
        delete_input=lambda made: {"Name": made.physical},
    ),
    Provider(
        kind="AWS::Scheduler::Schedule",
        create="scheduler.CreateSchedule",
        name="Name",
        ref="=Name",
        attributes={"Arn": "ScheduleArn"},
        checks=(check_schedule,),
        update="scheduler.UpdateSchedule",
        immutable=frozenset({"GroupName"}),
        delete="scheduler.DeleteSchedule",
        delete_input=schedule_key,
    ),
)
