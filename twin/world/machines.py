"""The machines of node groups, as Auto Scaling and EC2 tell of them and end them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.api_faults import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin.api_calls import ApiCalls
    from twin.api_records import CallContext
    from twin.world.nodegroups import NodeGroup


class Machines:
    """Answers the calls about single machines.

    Args:
        api_calls: The hook through which every call passes.
        groups: The node groups that there are at the time of a call, by cluster and name.
    """

    def __init__(self, api_calls: ApiCalls, groups: Mapping[tuple[str, str], NodeGroup]) -> None:
        self._groups = groups
        api_calls.overlay("autoscaling", "TerminateInstanceInAutoScalingGroup", self._terminate)
        api_calls.overlay("autoscaling", "DescribeAutoScalingInstances", self._describe_members)
        api_calls.overlay("ec2", "DescribeInstances", self._describe_instances)

    def _terminate(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        instance, decrement = params["InstanceId"], params["ShouldDecrementDesiredCapacity"]
        group = next(
            (candidate for candidate in self._groups.values() if instance in candidate.instances), None
        )
        if group is None or group.instances[instance].ending:
            raise ApiError(
                "ValidationError",
                f"Instance Id not found - No managed instance found for instance ID: {instance}",
            )
        lowest, desired, _ = group.sizes
        if decrement and desired <= lowest:
            message = (
                f"Currently, desiredSize equals minSize ({lowest}). Terminating instance without replacement "
                "will violate group's min size constraint."
            )
            raise ApiError("ValidationError", message)
        group.terminate(instance, decrement=decrement)
        return {
            "Activity": {
                "ActivityId": f"end-{instance}",
                "AutoScalingGroupName": group.autoscaling_group,
                "Cause": "an instance was taken out of service in response to a user request",
                "StartTime": context.clock.now,
                "StatusCode": "InProgress",
            }
        }

    def _describe_members(self, params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        found = [
            {
                "InstanceId": machine,
                "AutoScalingGroupName": group.autoscaling_group,
                "AvailabilityZone": group.instances[machine].machine.zone,
                "LifecycleState": "Terminating" if group.instances[machine].ending else "InService",
                "HealthStatus": "HEALTHY",
                "ProtectedFromScaleIn": False,
            }
            for machine, group in self._machines(params)
        ]
        return {"AutoScalingInstances": found}

    def _describe_instances(self, params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        found = [
            {"InstanceId": machine, "PrivateDnsName": group.instances[machine].node}
            for machine, group in self._machines(params)
        ]
        return {"Reservations": [{"Instances": [instance]} for instance in found]}

    def _machines(self, params: dict[str, Any]) -> Iterator[tuple[str, NodeGroup]]:
        wanted = params.get("InstanceIds")
        for group in self._groups.values():
            for machine in group.instances:
                if not wanted or machine in wanted:
                    yield machine, group
