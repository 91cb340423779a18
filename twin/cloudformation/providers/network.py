"""AWS::EC2: networks, subnets, gateways and the routes between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Made, Provider, Step, register
from twin.cloudformation.providers.tagging import retag, tagged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def attribute_step(operation: str, key: str, member: str) -> Step:
    """Returns the step that sets one yes-or-no attribute, which EC2 takes one a call."""

    def given(made: Made) -> Mapping[str, Any] | None:
        value = made.properties.get(key)
        return None if value is None else {member: made.physical, key: {"Value": value}}

    return Step(operation, given)


def key_of(member: str) -> Callable[[Made], Mapping[str, Any]]:
    """Returns what builds the input of a call that needs the physical id and nothing else."""
    return lambda made: {member: made.physical}


def remember_allocation(made: Made) -> None:
    """Notes the id under which an address is tagged; `Ref` answers the address itself."""
    made.notes["tagged"] = made.response["AllocationId"]


def change_address(made: Made) -> None:
    """Changes an address's tags."""
    retag(made)


def route_key(made: Made) -> dict[str, Any]:
    """Returns the key of a route in its table."""
    keys = ("RouteTableId", "DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
    return {key: made.properties[key] for key in keys if key in made.properties}


def change_endpoint(made: Made) -> None:
    """Changes an endpoint's policy, and exchanges its route tables for those of its properties."""
    found = made.aws.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[made.physical])["VpcEndpoints"][0]
    wanted, there = set(made.properties.get("RouteTableIds") or []), set(found.get("RouteTableIds") or [])
    given: dict[str, Any] = {"VpcEndpointId": made.physical}
    given |= {"AddRouteTableIds": sorted(wanted - there), "RemoveRouteTableIds": sorted(there - wanted)}
    if "PolicyDocument" in made.properties:
        given["PolicyDocument"] = made.properties["PolicyDocument"]
    calls.call(made.aws, "ec2.ModifyVpcEndpoint", {key: value for key, value in given.items() if value})
    retag(made)


def flow_log_input(made: Made) -> Mapping[str, Any]:
    """Builds CreateFlowLogs' input, which takes several networks at once."""
    given = dict(tagged("vpc-flow-log", "ResourceId")(made))
    return {**given, "ResourceIds": [made.properties["ResourceId"]]}


register(
    Provider(
        kind="AWS::EC2::VPC",
        create="ec2.CreateVpc",
        ref="Vpc.VpcId",
        attributes={"VpcId": "Vpc.VpcId", "CidrBlock": "=CidrBlock"},
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
        ref=lambda made: f"IGW|{made.properties['VpcId']}",
        attributes={"AttachmentType": lambda _: "IGW"},
        delete="ec2.DetachInternetGateway",
        delete_input=lambda made: {key: made.properties[key] for key in ("VpcId", "InternetGatewayId")},
    ),
    Provider(
        kind="AWS::EC2::EIP",
        create="ec2.AllocateAddress",
        ref="PublicIp",
        attributes={"AllocationId": "AllocationId", "PublicIp": "PublicIp"},
        adapt=tagged("elastic-ip"),
        finish=remember_allocation,
        update=change_address,
        immutable=frozenset({"Domain"}),
        delete="ec2.ReleaseAddress",
        delete_input=lambda made: {"AllocationId": made.response["AllocationId"]},
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
        kind="AWS::EC2::RouteTable",
        create="ec2.CreateRouteTable",
        ref="RouteTable.RouteTableId",
        attributes={"RouteTableId": "RouteTable.RouteTableId"},
        adapt=tagged("route-table"),
        update=retag,
        immutable=frozenset({"VpcId"}),
        delete="ec2.DeleteRouteTable",
        delete_input=key_of("RouteTableId"),
    ),
    Provider(
        kind="AWS::EC2::Route",
        create="ec2.CreateRoute",
        ref=lambda made: "|".join(map(str, route_key(made).values())),
        attributes={"CidrBlock": "=DestinationCidrBlock"},
        update="ec2.ReplaceRoute",
        immutable=frozenset({"RouteTableId", "DestinationCidrBlock"}),
        delete="ec2.DeleteRoute",
        delete_input=route_key,
    ),
    Provider(
        kind="AWS::EC2::SubnetRouteTableAssociation",
        create="ec2.AssociateRouteTable",
        ref="AssociationId",
        attributes={"Id": "AssociationId"},
        needs=frozenset({"SubnetId"}),
        delete="ec2.DisassociateRouteTable",
        delete_input=key_of("AssociationId"),
    ),
    Provider(
        kind="AWS::EC2::VPCEndpoint",
        create="ec2.CreateVpcEndpoint",
        ref="VpcEndpoint.VpcEndpointId",
        attributes={"Id": "VpcEndpoint.VpcEndpointId"},
        needs=frozenset({"ServiceName", "VpcId"}),
        adapt=tagged("vpc-endpoint"),
        update=change_endpoint,
        immutable=frozenset({"ServiceName", "VpcEndpointType", "VpcId"}),
        delete="ec2.DeleteVpcEndpoints",
        delete_input=lambda made: {"VpcEndpointIds": [made.physical]},
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
        delete_input=lambda made: {"FlowLogIds": [made.physical]},
    ),
)
