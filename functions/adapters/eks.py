"""Managed node groups through EKS, and the end of one chosen node through Auto Scaling."""

from __future__ import annotations

import re
from typing import Any

from functions.adapters.aws_errors import translated
from functions.core import names
from functions.core.errors import Busy, Invalid, NotFound
from functions.core.nodegroups import Nodegroup, Size

TOO_LOW = re.compile(r"min ?size", re.IGNORECASE)
"""Auto Scaling answers `ValidationError` for an instance that is gone and for a group at its min; only this
tells which."""


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

    def retire(self, instance_id: str) -> bool:
        """Ends exactly this instance and lowers its group's desired size by one.

        False when it is on its way out.

        Raises:
            TemporaryError: The group's lower min has not reached the Auto Scaling group yet.
        """
        try:
            with translated(f"ending instance {instance_id}"):
                self._autoscaling.terminate_instance_in_auto_scaling_group(
                    InstanceId=instance_id, ShouldDecrementDesiredCapacity=True
                )
        except Invalid as error:
            if TOO_LOW.search(str(error)):
                raise Busy(f"{error} The group's new min has not arrived there yet.") from error
            return False
        return True
