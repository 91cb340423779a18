"""AWS::EC2: networks, subnets, their gateways and their flow logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation.provider import Provider, Resource, Step, register
from twin.cloudformation.providers.ec2_calls import key_of, retag, tagged

if TYPE_CHECKING:
    from collections.abc import Mapping


def attribute_step(operation: str, key: str, member: str) -> Step:
    """Returns the step that sets one yes-or-no attribute, which EC2 takes one a call."""

    def given(resource: Resource) -> Mapping[str, Any] | None:
        value = resource.properties.get(key)
        return None if value is None else {member: resource.physical, key: {"Value": value}}

    return Step(operation, given)


def remember_allocation(resource: Resource) -> None:
    """Notes the id under which an address is tagged; `Ref` answers the address itself."""
    resource.notes["tagged"] = resource.response["AllocationId"]


def _in_network(made: Resource, what: str, name: str, value: str) -> Any:
    """Returns what EC2 made together with a network: the first of its kind that a filter finds."""
    filters = [{"Name": "vpc-id", "Values": [made.physical]}, {"Name": name, "Values": [value]}]
    found = getattr(made.aws.client("ec2"), f"describe_{what}")(Filters=filters)
    return next(iter(found[next(key for key in found if key != "ResponseMetadata")]))


def flow_log_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateFlowLogs' input, which takes several networks at once."""
    given = dict(tagged("vpc-flow-log", "ResourceId")(resource))
    return {**given, "ResourceIds": [resource.properties["ResourceId"]]}


register(
    Provider(
        kind="AWS::EC2::VPC",
        create="ec2.CreateVpc",
        ref="Vpc.VpcId",
        attributes={
            "VpcId": "Vpc.VpcId",
            "CidrBlock": "=CidrBlock",
            "CidrBlockAssociations": lambda made: [
                each["AssociationId"] for each in made.response["Vpc"]["CidrBlockAssociationSet"]
            ],
            "DefaultNetworkAcl": lambda made: _in_network(made, "network_acls", "default", "true")[
                "NetworkAclId"
            ],
            "DefaultSecurityGroup": lambda made: _in_network(
                made, "security_groups", "group-name", "default"
            )["GroupId"],
        },
        adapt=tagged("vpc", "EnableDnsSupport", "EnableDnsHostnames"),
        then=(
            attribute_step("ec2.ModifyVpcAttribute", "EnableDnsSupport", "VpcId"),
            attribute_step("ec2.ModifyVpcAttribute", "EnableDnsHostnames", "VpcId"),
        ),
        update=retag,
        immutable=frozenset({"CidrBlock", "InstanceTenancy"}),
        delete="ec2.DeleteVpc",
        delete_input=key_of("VpcId"),
    ),
    Provider(
        kind="AWS::EC2::Subnet",
        create="ec2.CreateSubnet",
        ref="Subnet.SubnetId",
        attributes={
            "SubnetId": "Subnet.SubnetId",
            "AvailabilityZone": "=AvailabilityZone",
            "CidrBlock": "=CidrBlock",
            "VpcId": "=VpcId",
        },
        adapt=tagged("subnet", "MapPublicIpOnLaunch"),
        then=(attribute_step("ec2.ModifySubnetAttribute", "MapPublicIpOnLaunch", "SubnetId"),),
        update=retag,
        immutable=frozenset({"AvailabilityZone", "CidrBlock", "VpcId"}),
        delete="ec2.DeleteSubnet",
        delete_input=key_of("SubnetId"),
    ),
    Provider(
        kind="AWS::EC2::InternetGateway",
        create="ec2.CreateInternetGateway",
        ref="InternetGateway.InternetGatewayId",
        attributes={"InternetGatewayId": "InternetGateway.InternetGatewayId"},
        adapt=tagged("internet-gateway"),
        update=retag,
        delete="ec2.DeleteInternetGateway",
        delete_input=key_of("InternetGatewayId"),
    ),
    Provider(
        kind="AWS::EC2::VPCGatewayAttachment",
        create="ec2.AttachInternetGateway",
        ref=lambda resource: f"IGW|{resource.properties['VpcId']}",
        attributes={"AttachmentType": lambda _: "IGW"},
        delete="ec2.DetachInternetGateway",
        delete_input=lambda resource: {
            key: resource.properties[key] for key in ("VpcId", "InternetGatewayId")
        },
    ),
    Provider(
        kind="AWS::EC2::EIP",
        create="ec2.AllocateAddress",
        ref="PublicIp",
        attributes={"AllocationId": "AllocationId", "PublicIp": "PublicIp"},
        adapt=tagged("elastic-ip"),
        finish=remember_allocation,
        update=retag,
        immutable=frozenset({"Domain"}),
        delete="ec2.ReleaseAddress",
        delete_input=lambda resource: {"AllocationId": resource.response["AllocationId"]},
    ),
    Provider(
        kind="AWS::EC2::NatGateway",
        create="ec2.CreateNatGateway",
        ref="NatGateway.NatGatewayId",
        attributes={"NatGatewayId": "NatGateway.NatGatewayId"},
        adapt=tagged("natgateway"),
        update=retag,
        immutable=frozenset({"AllocationId", "ConnectivityType", "SubnetId"}),
        delete="ec2.DeleteNatGateway",
        delete_input=key_of("NatGatewayId"),
    ),
    Provider(
        kind="AWS::EC2::FlowLog",
        create="ec2.CreateFlowLogs",
        ref="FlowLogIds.0",
        attributes={"Id": "FlowLogIds.0"},
        needs=frozenset({"ResourceId", "ResourceType"}),
        adapt=flow_log_input,
        update=retag,
        immutable=frozenset(
            {
                "DeliverLogsPermissionArn",
                "LogDestinationType",
                "LogGroupName",
                "ResourceId",
                "ResourceType",
                "TrafficType",
            }
        ),
        delete="ec2.DeleteFlowLogs",
        delete_input=lambda resource: {"FlowLogIds": [resource.physical]},
    ),
)
