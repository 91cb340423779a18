"""What EKS tells of a cluster and a node group: what it was given, and what it makes up itself."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from twin.api_faults import ApiError

if TYPE_CHECKING:
    from twin.api_records import CallContext
    from twin.world.nodegroups import NodeGroup

IDEMPOTENCY = "clientRequestToken"


def new_cluster(params: dict[str, Any], endpoint: str, context: CallContext) -> dict[str, Any]:
    """Returns the record of a cluster that was created as asked and answers at a URL."""
    name = params["name"]
    issuer = hashlib.sha256(f"{context.account}/{context.region}/{name}".encode()).hexdigest()[:32].upper()
    return {
        **{key: value for key, value in params.items() if key != IDEMPOTENCY},
        "arn": f"arn:aws:eks:{context.region}:{context.account}:cluster/{name}",
        "createdAt": context.clock.now,
        "endpoint": endpoint,
        "status": "ACTIVE",
        "certificateAuthority": {"data": "dHdpbg=="},
        "identity": {"oidc": {"issuer": f"https://oidc.eks.{context.region}.amazonaws.com/id/{issuer}"}},
    }


def shown_nodegroup(group: NodeGroup, context: CallContext) -> dict[str, Any]:
    """Returns a node group as DescribeNodegroup tells it."""
    lowest, desired, most = group.sizes
    arn = f"arn:aws:eks:{context.region}:{context.account}:nodegroup/{group.cluster_name}/{group.name}/twin"
    return {
        **group.given,
        "nodegroupName": group.name,
        "nodegroupArn": arn,
        "clusterName": group.cluster_name,
        "status": group.status,
        "capacityType": group.capacity_type,
        "instanceTypes": [group.instance_type, *group.other_types],
        "scalingConfig": {"minSize": lowest, "desiredSize": desired, "maxSize": most},
        "resources": {"autoScalingGroups": [{"name": group.autoscaling_group}]},
        "health": {"issues": []},
    }


def checked_sizes(given: dict[str, int], before: tuple[int, int, int]) -> tuple[int, int, int]:
    """Returns min, desired and max as asked for; what is not given stays.

    Raises:
        ApiError: EKS refuses them.
    """
    keys = ("minSize", "desiredSize", "maxSize")
    lowest, desired, most = (given.get(key, old) for key, old in zip(keys, before, strict=True))
    if not 0 <= lowest <= desired <= most or most < 1:
        message = (
            "Minimum capacity, desired capacity and maximum capacity must satisfy "
            f"0 <= min <= desired <= max and max >= 1; they are {lowest}, {desired} and {most}."
        )
        raise ApiError("InvalidParameterException", message)
    return lowest, desired, most
