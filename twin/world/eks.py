"""EKS and Auto Scaling as Toban calls them: the twin's own clusters and node groups, nothing from moto."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.api_faults import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.api_calls import ApiCalls
    from twin.api_records import CallContext
    from twin.world.nodegroups import NodeGroup

MISSING = 404
BUSY = 409


class Eks:
    """Answers the calls about the clusters and node groups that were put there.

    Args:
        api_calls: The hook through which every call passes.
    """

    def __init__(self, api_calls: ApiCalls) -> None:
        self._clusters: dict[str, str] = {}
        self._groups: dict[tuple[str, str], NodeGroup] = {}
        for service, operation, answer in (
            ("eks", "DescribeCluster", self._describe_cluster),
            ("eks", "ListNodegroups", self._list_nodegroups),
            ("eks", "DescribeNodegroup", self._describe_nodegroup),
            ("eks", "UpdateNodegroupConfig", self._update_nodegroup),
            ("autoscaling", "TerminateInstanceInAutoScalingGroup", self._terminate),
            ("autoscaling", "DescribeAutoScalingInstances", self._describe_members),
            ("ec2", "DescribeInstances", self._describe_instances),
        ):
            api_calls.overlay(service, operation, answer)

    def put_cluster(self, name: str, endpoint: str) -> None:
        """Puts an active cluster there that answers at a URL."""
        self._clusters[name] = endpoint

    def put_nodegroup(self, group: NodeGroup) -> None:
        """Puts a node group there."""
        self._groups[group.cluster_name, group.name] = group

    def remove_nodegroup(self, group: NodeGroup) -> None:
        """Takes a node group away; from now on nobody knows it."""
        del self._groups[group.cluster_name, group.name]

    def _describe_cluster(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        name = self._known_cluster(params["name"])
        arn = f"arn:aws:eks:{context.region}:{context.account}:cluster/{name}"
        return {
            "cluster": {"name": name, "arn": arn, "endpoint": self._clusters[name], "status": "ACTIVE"},
        }

    def _list_nodegroups(self, params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        cluster = self._known_cluster(params["clusterName"])
        return {"nodegroups": sorted(name for owner, name in self._groups if owner == cluster)}

    def _describe_nodegroup(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        return {"nodegroup": _shape(self._known_group(params), context)}

    def _update_nodegroup(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        group = self._known_group(params)
        if group.status != "ACTIVE":
            message = f"Nodegroup cannot be updated as it is currently not in Active State: {group.status}"
            raise ApiError("ResourceInUseException", message, BUSY)
        given = params.get("scalingConfig", {})
        sizes = tuple(
            given.get(key, old)
            for key, old in zip(("minSize", "desiredSize", "maxSize"), group.sizes, strict=True)
        )
        lowest, desired, most = sizes
        if not 0 <= lowest <= desired <= most or most < 1:
            message = (
                "Minimum capacity, desired capacity and maximum capacity must satisfy "
                f"0 <= min <= desired <= max and max >= 1; they are {lowest}, {desired} and {most}."
            )
            raise ApiError("InvalidParameterException", message)
        group.resize((lowest, desired, most))
        update = {"id": params["clientRequestToken"], "status": "InProgress", "type": "ConfigUpdate"}
        return {"update": {**update, "createdAt": context.clock.now}}

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

    def _known_cluster(self, name: str) -> str:
        if name not in self._clusters:
            raise ApiError("ResourceNotFoundException", f"No cluster found for name: {name}.", MISSING)
        return name

    def _known_group(self, params: dict[str, Any]) -> NodeGroup:
        cluster, name = self._known_cluster(params["clusterName"]), params["nodegroupName"]
        if (cluster, name) not in self._groups:
            message = f"No node group found for name: {name}."
            raise ApiError("ResourceNotFoundException", message, MISSING)
        return self._groups[cluster, name]


def _shape(group: NodeGroup, context: CallContext) -> dict[str, Any]:
    lowest, desired, most = group.sizes
    arn = f"arn:aws:eks:{context.region}:{context.account}:nodegroup/{group.cluster_name}/{group.name}/twin"
    return {
        "nodegroupName": group.name,
        "nodegroupArn": arn,
        "clusterName": group.cluster_name,
        "status": group.status,
        "capacityType": "ON_DEMAND",
        "instanceTypes": [group.instance_type],
        "scalingConfig": {"minSize": lowest, "desiredSize": desired, "maxSize": most},
        "resources": {"autoScalingGroups": [{"name": group.autoscaling_group}]},
        "health": {"issues": []},
    }
