"""AWS::EC2: route tables, routes, and the endpoints that stand in them."""

from __future__ import annotations

from typing import Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Resource, register
from twin.cloudformation.providers.ec2_calls import key_of, retag, tagged


def route_key(resource: Resource) -> dict[str, Any]:
    """Returns the key of a route in its table."""
    keys = ("RouteTableId", "DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
    return {key: resource.properties[key] for key in keys if key in resource.properties}


def change_endpoint(resource: Resource) -> None:
    """Changes an endpoint's policy, and exchanges its route tables for those of its properties."""
    client, wanted = resource.aws.client("ec2"), set(resource.properties.get("RouteTableIds") or [])
    [endpoint] = client.describe_vpc_endpoints(VpcEndpointIds=[resource.physical])["VpcEndpoints"]
    there = set(endpoint.get("RouteTableIds") or [])
    given: dict[str, Any] = {"VpcEndpointId": resource.physical}
    given |= {"AddRouteTableIds": sorted(wanted - there), "RemoveRouteTableIds": sorted(there - wanted)}
    if "PolicyDocument" in resource.properties:
        given["PolicyDocument"] = resource.properties["PolicyDocument"]
    calls.call(resource.aws, "ec2.ModifyVpcEndpoint", {key: value for key, value in given.items() if value})
    retag(resource)


register(
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
        ref=lambda resource: "|".join(map(str, route_key(resource).values())),
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
        delete_input=lambda resource: {"VpcEndpointIds": [resource.physical]},
    ),
)
