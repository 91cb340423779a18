"""Managed node groups through EKS, and the end of one chosen node through Auto Scaling."""

from typing import Any

from botocore.exceptions import ClientError

from functions.adapters.aws_errors import code_of, translated
from functions.core import names
from functions.core.capacity import Nodegroup, Size
from functions.core.errors import TemporaryError


class EksNodegroups:
    """The managed node groups of one cluster."""

    def __init__(self, *, eks: Any, autoscaling: Any, cluster: str) -> None:
        """Remembers boto3's two clients and the cluster's name."""
        self._eks = eks
        self._autoscaling = autoscaling
        self._cluster = cluster

    def describe(self, name: str) -> Nodegroup | None:
        """Returns the node group as it is now; None when the cluster has no such node group."""
        try:
            with translated(f"reading node group {name} of cluster {self._cluster}"):
                found = self._eks.describe_nodegroup(clusterName=self._cluster, nodegroupName=name)[
                    "nodegroup"
                ]
        except Exception as error:
            cause = error.__cause__
            if isinstance(cause, ClientError) and code_of(cause) == "ResourceNotFoundException":
                return None
            raise
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

    def retire(self, instance_id: str) -> bool:
        """Ends exactly this instance and lowers its group's desired size by one; False when it is on its way out.

        Raises:
            TemporaryError: The group's lower min has not reached the Auto Scaling group yet.
        """
        try:
            with translated(f"ending instance {instance_id}"):
                self._autoscaling.terminate_instance_in_auto_scaling_group(
                    InstanceId=instance_id, ShouldDecrementDesiredCapacity=True
                )
        except Exception as error:
            cause = error.__cause__
            if not isinstance(cause, ClientError) or code_of(cause) != "ValidationError":
                raise
            if "min size" in str(cause) or "minSize" in str(cause):
                raise TemporaryError(f"{error} The group's new min has not arrived there yet.") from error
            return False
        return True
