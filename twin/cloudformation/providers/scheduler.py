"""AWS::Scheduler: schedules and their groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics import Pending
from twin.cloudformation.provider import Provider, Resource, register, tag_list
from twin.cloudformation.providers.event_targets import TARGET_SERVICES, check_expression, check_target

if TYPE_CHECKING:
    from collections.abc import Iterator


def check_schedule(resource: Resource) -> Iterator[tuple[str, str]]:
    """Reports a bad expression or time zone, and a target that the scheduler cannot reach."""
    given = resource.properties
    text, zone = given.get("ScheduleExpression", ""), given.get("ScheduleExpressionTimezone", "UTC")
    if not isinstance(text, Pending) and not isinstance(zone, Pending):
        yield from check_expression(str(text), str(zone))
    window = given.get("FlexibleTimeWindow") or {}
    if window.get("Mode") == "FLEXIBLE" and "MaximumWindowInMinutes" not in window:
        yield "FlexibleTimeWindow", "a flexible window needs MaximumWindowInMinutes: add it"
    yield from check_target(given.get("Target") or {}, "Target", {*TARGET_SERVICES, "scheduler"})


def schedule_key(resource: Resource) -> dict[str, Any]:
    """Returns the key of a schedule in its group."""
    group = resource.properties.get("GroupName")
    return {"Name": resource.properties["Name"], **({"GroupName": group} if group else {})}


register(
    Provider(
        kind="AWS::Scheduler::ScheduleGroup",
        create="scheduler.CreateScheduleGroup",
        name="Name",
        ref="=Name",
        attributes={"Arn": "ScheduleGroupArn", "State": lambda _: "ACTIVE"},
        adapt=lambda resource: {
            **resource.properties,
            "Tags": tag_list(resource),
        },
        delete="scheduler.DeleteScheduleGroup",
        delete_input=lambda resource: {"Name": resource.physical},
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
