"""Managed node groups through EKS, and the end of one chosen node through Auto Scaling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from functions.adapters.aws_errors import translated
from functions.core import names
from functions.core.errors import Busy, Invalid, NotFound, SafetyRefusal
from functions.core.nodegroups import Nodegroup, Size

if TYPE_CHECKING:
    from functions.core.cluster import Node

TOO_LOW = re.compile(r"min ?size", re.IGNORECASE)
"""Auto Scaling answers `ValidationError` for an instance that is gone and for a group at its min; only this
tells which."""


class EksNodegroups:
    """The managed node groups of one cluster."""

    def __init__(self, *, eks: Any, autoscaling: Any, ec2: Any, cluster: str) -> None:
        """Remembers boto3's clients and the cluster's name."""
        self._eks = eks
        self._autoscaling = autoscaling
        self._ec2 = ec2
        self._cluster = cluster

    def describe(self, name: str) -> Nodegroup | None:
        """Returns the node group as it is now; None when the cluster has no such node group."""
        try:
            with translated(f"reading node group {name} of cluster {self._cluster}"):
                answer = self._eks.describe_nodegroup(clusterName=self._cluster, nodegroupName=name)
        except NotFound:
            return None
        found = answer["nodegroup"]
        sizes = found["scalingConfig"]
        size = Size(min=sizes["minSize"], desired=sizes["desiredSize"], max=sizes["maxSize"])
        issues = found.get("health", {}).get("issues", [])
        return Nodegroup(
            name=name,
            size=size,
            status=found["status"],
            issues=tuple(f"{issue.get('code')}: {issue.get('message')}" for issue in issues),
            team=found.get("tags", {}).get(names.TEAM_TAG, ""),
        )

    def resize(self, name: str, size: Size) -> None:
        """Asks for another size and returns at once.

        Raises:
            TemporaryError: An earlier update is still in progress.
            PermanentError: EKS refuses the size, or knows no such node group.
        """
        with translated(f"resizing node group {name} of cluster {self._cluster} to {size}"):
            self._eks.update_nodegroup_config(
                clusterName=self._cluster,
                nodegroupName=name,
                scalingConfig={"minSize": size.min, "desiredSize": size.desired, "maxSize": size.max},
            )

    def retire(self, node: Node) -> bool:
        """Ends exactly the machine of this node and lowers its group's desired size by one.

        False when it is on its way out.

        Raises:
            TemporaryError: The group's lower min has not reached the Auto Scaling group yet.
            SafetyRefusal: The machine is another node's, or another group's.
        """
        if not self._vouched(node):
            return False
        try:
            with translated(f"ending instance {node.instance_id}"):
                self._autoscaling.terminate_instance_in_auto_scaling_group(
                    InstanceId=node.instance_id, ShouldDecrementDesiredCapacity=True
                )
        except Invalid as error:
            if TOO_LOW.search(str(error)):
                raise Busy(f"{error} The group's new min has not arrived there yet.") from error
            return False
        return True

    def _vouched(self, node: Node) -> bool:
        """Tells whether the machine that a node names is there, and is its own.

        A node writes its own object: what it says of its machine is not believed, least of all when that
        machine is to be ended.
        """
        machine = node.instance_id
        with translated(f"asking whose instance {machine} is"):
            group = self._eks.describe_nodegroup(clusterName=self._cluster, nodegroupName=node.nodegroup)
            known = self._autoscaling.describe_auto_scaling_instances(InstanceIds=[machine])
        owners = {str(found["AutoScalingGroupName"]) for found in known["AutoScalingInstances"]}
        if not owners:
            return False
        own = group["nodegroup"].get("resources", {}).get("autoScalingGroups", [])
        if not owners <= {str(found["name"]) for found in own}:
            raise SafetyRefusal(
                f"Node {node.name} names the machine {machine}, which is not of {node.nodegroup}; "
                "it is not ended. Look at who wrote the node's providerID."
            )
        with translated(f"asking for the name of instance {machine}"):
            found = self._ec2.describe_instances(InstanceIds=[machine])["Reservations"]
        named = {str(one.get("PrivateDnsName")) for reservation in found for one in reservation["Instances"]}
        if node.name not in named:
            raise SafetyRefusal(
                f"Node {node.name} names the machine {machine}, which is {', '.join(sorted(named))}; "
                "it is not ended. Look at who wrote the node's providerID."
            )
        return True
