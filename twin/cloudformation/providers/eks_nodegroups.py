"""AWS::EKS: node groups."""

from __future__ import annotations

from typing import Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Resource, register, with_tag_map


def nodegroup_key(resource: Resource) -> dict[str, Any]:
    """Returns the key of a node group in its cluster."""
    return {
        "clusterName": resource.properties["ClusterName"],
        "nodegroupName": resource.properties["NodegroupName"],
    }


def change_nodegroup(resource: Resource) -> None:
    """Changes a node group's sizes, labels and taints, and rolls its launch template when that changed."""
    given = resource.properties
    config = {
        "scalingConfig": given.get("ScalingConfig"),
        "updateConfig": given.get("UpdateConfig"),
        "labels": {"addOrUpdateLabels": given["Labels"]} if given.get("Labels") else None,
        "taints": {"addOrUpdateTaints": given["Taints"]} if given.get("Taints") else None,
    }
    wanted = {key: value for key, value in config.items() if value}
    calls.call(resource.aws, "eks.UpdateNodegroupConfig", {**nodegroup_key(resource), **wanted})
    template = given.get("LaunchTemplate")
    if template and template != resource.notes.get("template"):
        calls.call(
            resource.aws,
            "eks.UpdateNodegroupVersion",
            {**nodegroup_key(resource), "launchTemplate": template},
        )
    remember_template(resource)


def remember_template(resource: Resource) -> None:
    """Remembers which launch template a node group runs."""
    resource.notes["template"] = resource.properties.get("LaunchTemplate")


register(
    Provider(
        kind="AWS::EKS::Nodegroup",
        create="eks.CreateNodegroup",
        name="NodegroupName",
        name_limit=63,
        ref=lambda resource: f"{resource.properties['ClusterName']}/{resource.properties['NodegroupName']}",
        attributes={
            "Arn": "nodegroup.nodegroupArn",
            "ClusterName": "=ClusterName",
            "Id": lambda resource: (
                f"{resource.properties['ClusterName']}/{resource.properties['NodegroupName']}"
            ),
            "NodegroupName": "=NodegroupName",
        },
        adapt=with_tag_map("ForceUpdateEnabled"),
        not_emulated={"ForceUpdateEnabled": "no update of a node group waits for its pods"},
        finish=remember_template,
        update=change_nodegroup,
        immutable=frozenset(
            {"AmiType", "CapacityType", "ClusterName", "DiskSize", "InstanceTypes", "NodeRole", "Subnets"}
        ),
        delete="eks.DeleteNodegroup",
        delete_input=nodegroup_key,
    ),
)
