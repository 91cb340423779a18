"""AWS::EKS: clusters and their add-ons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Resource, register, with_tag_map

if TYPE_CHECKING:
    from collections.abc import Mapping


ENDPOINT = ("EndpointPrivateAccess", "EndpointPublicAccess", "PublicAccessCidrs")
"""What of a cluster's network changes in place and in a call of its own."""


def cluster_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateCluster's input."""
    given = dict(with_tag_map("Logging")(resource))
    logging = _logging(resource)
    return {**given, **({"logging": logging} if logging else {})}


def _logging(resource: Resource) -> dict[str, Any] | None:
    enabled = (resource.properties.get("Logging") or {}).get("ClusterLogging", {}).get("EnabledTypes")
    if not enabled:
        return None
    return {"clusterLogging": [{"types": [log["Type"] for log in enabled], "enabled": True}]}


def create_cluster_group(resource: Resource) -> None:
    """Makes the security group that EKS makes for every cluster, once."""
    resource.notes.setdefault("version", resource.properties.get("Version"))
    if "group" in resource.notes:
        return
    ec2 = resource.aws.client("ec2")
    first = resource.properties["ResourcesVpcConfig"]["SubnetIds"][0]
    vpc = ec2.describe_subnets(SubnetIds=[first])["Subnets"][0]["VpcId"]
    name = f"eks-cluster-sg-{resource.properties['Name']}"
    group = ec2.create_security_group(GroupName=name, Description="EKS created security group", VpcId=vpc)
    resource.notes["group"] = group["GroupId"]


def delete_cluster_group(resource: Resource) -> None:
    """Deletes the cluster's own security group, as EKS does."""
    if "group" in resource.notes:
        resource.aws.client("ec2").delete_security_group(GroupId=resource.notes.pop("group"))


def change_cluster(resource: Resource) -> None:
    """Changes a cluster: its version, its endpoint and its logs, each in a call of its own."""
    name, version = resource.properties["Name"], resource.properties.get("Version")
    if version != resource.notes.get("version"):
        calls.call(resource.aws, "eks.UpdateClusterVersion", {"name": name, "version": version})
        resource.notes["version"] = version
    network = {
        key: value for key, value in resource.properties["ResourcesVpcConfig"].items() if key in ENDPOINT
    }
    logging = _logging(resource)
    given = {"name": name, "resourcesVpcConfig": network, **({"logging": logging} if logging else {})}
    calls.call(resource.aws, "eks.UpdateClusterConfig", given)


def addon_key(resource: Resource) -> dict[str, Any]:
    """Returns the key of an add-on in its cluster."""
    return {"clusterName": resource.properties["ClusterName"], "addonName": resource.properties["AddonName"]}


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
            "ClusterSecurityGroupId": lambda resource: resource.notes["group"],
            "Endpoint": "cluster.endpoint",
            "OpenIdConnectIssuerUrl": "cluster.identity.oidc.issuer",
        },
        adapt=cluster_input,
        finish=create_cluster_group,
        update=change_cluster,
        immutable=frozenset({"EncryptionConfig", "KubernetesNetworkConfig", "RoleArn"}),
        delete="eks.DeleteCluster",
        delete_input=lambda resource: {"name": resource.physical},
        after_delete=delete_cluster_group,
    ),
    Provider(
        kind="AWS::EKS::Addon",
        create="eks.CreateAddon",
        ref=lambda resource: f"{resource.properties['ClusterName']}|{resource.properties['AddonName']}",
        attributes={"Arn": "addon.addonArn"},
        adapt=with_tag_map("PreserveOnDelete"),
        not_emulated={"PreserveOnDelete": "an add-on leaves nothing on the cluster"},
        update="eks.UpdateAddon",
        immutable=frozenset({"AddonName", "ClusterName"}),
        delete="eks.DeleteAddon",
        delete_input=addon_key,
    ),
)
