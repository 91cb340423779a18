"""AWS::EKS: clusters, node groups, add-ons, and who may enter as whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Made, Provider, register, with_tag_map

if TYPE_CHECKING:
    from collections.abc import Mapping

ENDPOINT = ("EndpointPrivateAccess", "EndpointPublicAccess", "PublicAccessCidrs")
"""What of a cluster's network changes in place and in a call of its own."""


def cluster_input(made: Made) -> Mapping[str, Any]:
    """Builds CreateCluster's input."""
    given = dict(with_tag_map("Logging")(made))
    logging = _logging(made)
    return {**given, **({"logging": logging} if logging else {})}


def _logging(made: Made) -> dict[str, Any] | None:
    enabled = (made.properties.get("Logging") or {}).get("ClusterLogging", {}).get("EnabledTypes")
    if not enabled:
        return None
    return {"clusterLogging": [{"types": [each["Type"] for each in enabled], "enabled": True}]}


def open_door(made: Made) -> None:
    """Makes the security group that EKS makes for every cluster, once."""
    made.notes.setdefault("version", made.properties.get("Version"))
    if "group" in made.notes:
        return
    ec2 = made.aws.client("ec2")
    first = made.properties["ResourcesVpcConfig"]["SubnetIds"][0]
    vpc = ec2.describe_subnets(SubnetIds=[first])["Subnets"][0]["VpcId"]
    name = f"eks-cluster-sg-{made.properties['Name']}"
    group = ec2.create_security_group(GroupName=name, Description="EKS created security group", VpcId=vpc)
    made.notes["group"] = group["GroupId"]


def close_door(made: Made) -> None:
    """Deletes the cluster's own security group, as EKS does."""
    if "group" in made.notes:
        made.aws.client("ec2").delete_security_group(GroupId=made.notes.pop("group"))


def change_cluster(made: Made) -> None:
    """Changes a cluster: its version, its endpoint and its logs, each in a call of its own."""
    name, version = made.properties["Name"], made.properties.get("Version")
    if version != made.notes.get("version"):
        calls.call(made.aws, "eks.UpdateClusterVersion", {"name": name, "version": version})
        made.notes["version"] = version
    network = {key: value for key, value in made.properties["ResourcesVpcConfig"].items() if key in ENDPOINT}
    logging = _logging(made)
    given = {"name": name, "resourcesVpcConfig": network, **({"logging": logging} if logging else {})}
    calls.call(made.aws, "eks.UpdateClusterConfig", given)


def nodegroup_key(made: Made) -> dict[str, Any]:
    """Returns the key of a node group in its cluster."""
    return {
        "clusterName": made.properties["ClusterName"],
        "nodegroupName": made.properties["NodegroupName"],
    }


def change_nodegroup(made: Made) -> None:
    """Changes a node group's sizes, labels and taints, and rolls its launch template when that has changed."""
    given = made.properties
    config = {
        "scalingConfig": given.get("ScalingConfig"),
        "updateConfig": given.get("UpdateConfig"),
        "labels": {"addOrUpdateLabels": given["Labels"]} if given.get("Labels") else None,
        "taints": {"addOrUpdateTaints": given["Taints"]} if given.get("Taints") else None,
    }
    wanted = {key: value for key, value in config.items() if value}
    calls.call(made.aws, "eks.UpdateNodegroupConfig", {**nodegroup_key(made), **wanted})
    template = given.get("LaunchTemplate")
    if template and template != made.notes.get("template"):
        calls.call(
            made.aws, "eks.UpdateNodegroupVersion", {**nodegroup_key(made), "launchTemplate": template}
        )
    note_template(made)


def note_template(made: Made) -> None:
    """Remembers which launch template a node group runs."""
    made.notes["template"] = made.properties.get("LaunchTemplate")


def addon_key(made: Made) -> dict[str, Any]:
    """Returns the key of an add-on in its cluster."""
    return {"clusterName": made.properties["ClusterName"], "addonName": made.properties["AddonName"]}


def entry_key(made: Made) -> dict[str, Any]:
    """Returns the key of an access entry in its cluster."""
    return {key[0].lower() + key[1:]: made.properties[key] for key in ("ClusterName", "PrincipalArn")}


def dress_entry(made: Made) -> None:
    """Makes an entry's access policies exactly those of its properties."""
    policies = made.properties.get("AccessPolicies") or []
    wanted = {policy["PolicyArn"]: policy["AccessScope"] for policy in policies}
    for gone in sorted(set(made.notes.get("policies", ())) - set(wanted)):
        calls.call(made.aws, "eks.DisassociateAccessPolicy", {**entry_key(made), "policyArn": gone})
    for policy, scope in wanted.items():
        given = {**entry_key(made), "policyArn": policy, "accessScope": scope}
        calls.call(made.aws, "eks.AssociateAccessPolicy", given)
    made.notes["policies"] = tuple(wanted)


register(
    Provider(
        kind="AWS::EKS::Cluster",
        create="eks.CreateCluster",
        name="Name",
        name_limit=100,
        ref="cluster.name",
        attributes={
            "Arn": "cluster.arn",
            "CertificateAuthorityData": "cluster.certificateAuthority.data",
            "ClusterSecurityGroupId": lambda made: made.notes["group"],
            "Endpoint": "cluster.endpoint",
            "OpenIdConnectIssuerUrl": "cluster.identity.oidc.issuer",
        },
        adapt=cluster_input,
        finish=open_door,
        update=change_cluster,
        immutable=frozenset({"EncryptionConfig", "KubernetesNetworkConfig", "RoleArn"}),
        delete="eks.DeleteCluster",
        delete_input=lambda made: {"name": made.physical},
        after_delete=close_door,
    ),
    Provider(
        kind="AWS::EKS::Nodegroup",
        create="eks.CreateNodegroup",
        name="NodegroupName",
        name_limit=63,
        ref=lambda made: f"{made.properties['ClusterName']}/{made.properties['NodegroupName']}",
        attributes={
            "Arn": "nodegroup.nodegroupArn",
            "ClusterName": "=ClusterName",
            "Id": lambda made: f"{made.properties['ClusterName']}/{made.properties['NodegroupName']}",
            "NodegroupName": "=NodegroupName",
        },
        adapt=with_tag_map("ForceUpdateEnabled"),
        finish=note_template,
        update=change_nodegroup,
        immutable=frozenset(
            {"AmiType", "CapacityType", "ClusterName", "DiskSize", "InstanceTypes", "NodeRole", "Subnets"}
        ),
        delete="eks.DeleteNodegroup",
        delete_input=nodegroup_key,
    ),
    Provider(
        kind="AWS::EKS::Addon",
        create="eks.CreateAddon",
        ref=lambda made: f"{made.properties['ClusterName']}|{made.properties['AddonName']}",
        attributes={"Arn": "addon.addonArn"},
        adapt=with_tag_map("PreserveOnDelete"),
        update="eks.UpdateAddon",
        immutable=frozenset({"AddonName", "ClusterName"}),
        delete="eks.DeleteAddon",
        delete_input=addon_key,
    ),
    Provider(
        kind="AWS::EKS::PodIdentityAssociation",
        create="eks.CreatePodIdentityAssociation",
        ref="association.associationArn",
        attributes={
            "AssociationArn": "association.associationArn",
            "AssociationId": "association.associationId",
        },
        adapt=with_tag_map(),
        update="eks.UpdatePodIdentityAssociation",
        identity=lambda made: {"associationId": made.response["association"]["associationId"]},
        immutable=frozenset({"ClusterName", "Namespace", "ServiceAccount"}),
        delete="eks.DeletePodIdentityAssociation",
        delete_input=lambda made: {
            "clusterName": made.properties["ClusterName"],
            "associationId": made.response["association"]["associationId"],
        },
    ),
    Provider(
        kind="AWS::EKS::AccessEntry",
        create="eks.CreateAccessEntry",
        ref="accessEntry.principalArn",
        attributes={"AccessEntryArn": "accessEntry.accessEntryArn"},
        adapt=with_tag_map("AccessPolicies"),
        finish=dress_entry,
        update="eks.UpdateAccessEntry",
        immutable=frozenset({"ClusterName", "PrincipalArn", "Type"}),
        delete="eks.DeleteAccessEntry",
        delete_input=entry_key,
    ),
)
