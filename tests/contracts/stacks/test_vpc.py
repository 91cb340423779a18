"""The network stack is the design's table: subnets, zones, addresses, routes and who may talk to whom."""

from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

ROOT = Path(__file__).resolve().parents[3]
DESIGN = {
    "PublicSubnet1": ("Public Subnet 1", "a", "10.0.1.0/24"),
    "PublicSubnet2": ("Public Subnet 2", "c", "10.0.2.0/24"),
    "PublicSubnet3": ("Public Subnet 3", "d", "10.0.3.0/24"),
    "PrivateSubnet1": ("Private Subnet 1 (EKS)", "a", "10.0.11.0/24"),
    "PrivateSubnet2": ("Private Subnet 2 (EKS)", "c", "10.0.12.0/24"),
    "PrivateSubnet3": ("Private Subnet 3 (EKS)", "d", "10.0.13.0/24"),
    "PrivateSubnet4": ("Private Subnet 4 (Data)", "a", "10.0.21.0/24"),
    "PrivateSubnet5": ("Private Subnet 5 (Data)", "c", "10.0.22.0/24"),
}


@pytest.fixture(scope="module")
def template() -> Any:
    return cfn_yaml.load(str(ROOT / "stacks/vpc.yaml"))


def of_type(template: Any, kind: str) -> dict[str, Any]:
    return {name: each["Properties"] for name, each in template["Resources"].items() if each["Type"] == kind}


def routes_of(template: Any, subnet: str) -> str:
    [table] = [
        each["RouteTableId"]["Ref"]
        for each in of_type(template, "AWS::EC2::SubnetRouteTableAssociation").values()
        if each["SubnetId"]["Ref"] == subnet
    ]
    return str(table)


@pytest.mark.parametrize("logical", DESIGN)
def test_a_subnet_has_the_designs_name_zone_and_addresses(template: Any, logical: str) -> None:
    name, letter, addresses = DESIGN[logical]
    subnet = of_type(template, "AWS::EC2::Subnet")[logical]
    letters = [each.strip() for each in template["Parameters"]["ZoneSuffixes"]["Default"].split(",")]

    assert {"Key": "Name", "Value": name} in subnet["Tags"]
    assert letters[subnet["AvailabilityZone"]["Fn::Sub"][1]["Letter"]["Fn::Select"][0]] == letter
    assert f"10.0.{subnet['CidrBlock']['Fn::Select'][0]}.0/24" == addresses
    assert template["Parameters"]["VpcCidr"]["Default"] == "10.0.0.0/16"


def test_there_are_no_subnets_beside_the_designs(template: Any) -> None:
    assert set(of_type(template, "AWS::EC2::Subnet")) == set(DESIGN)


@pytest.mark.parametrize(
    ("subnet", "way_out"),
    [(f"PublicSubnet{n}", "GatewayId") for n in (1, 2, 3)]
    + [(f"PrivateSubnet{n}", "NatGatewayId") for n in (1, 2, 3)],
)
def test_public_subnets_leave_by_the_internet_gateway_and_nodes_by_nat(
    template: Any, subnet: str, way_out: str
) -> None:
    table = routes_of(template, subnet)
    [route] = [
        each for each in of_type(template, "AWS::EC2::Route").values() if each["RouteTableId"]["Ref"] == table
    ]

    assert route["DestinationCidrBlock"] == "0.0.0.0/0"
    assert way_out in route


@pytest.mark.parametrize("subnet", ["PrivateSubnet4", "PrivateSubnet5"])
def test_data_subnets_have_no_way_out(template: Any, subnet: str) -> None:
    table = routes_of(template, subnet)

    assert not [
        each for each in of_type(template, "AWS::EC2::Route").values() if each["RouteTableId"]["Ref"] == table
    ]
    endpoints = of_type(template, "AWS::EC2::VPCEndpoint").values()
    assert all({"Ref": table} not in each["RouteTableIds"] for each in endpoints)


def test_only_the_load_balancer_hears_the_world_and_only_on_https(template: Any) -> None:
    groups = of_type(template, "AWS::EC2::SecurityGroup")
    open_rules = [
        (name, rule["FromPort"], rule["ToPort"])
        for name, group in groups.items()
        for rule in group.get("SecurityGroupIngress", [])
        if rule.get("CidrIp") == "0.0.0.0/0"
    ]

    assert open_rules == [("LoadBalancerSecurityGroup", 443, 443)]


@pytest.mark.parametrize(("group", "port"), [("DatabaseSecurityGroup", 5432), ("CacheSecurityGroup", 6379)])
def test_data_hears_the_nodes_on_its_port_and_speaks_to_nobody(template: Any, group: str, port: int) -> None:
    properties = of_type(template, "AWS::EC2::SecurityGroup")[group]
    [heard] = properties["SecurityGroupIngress"]
    [said] = properties["SecurityGroupEgress"]

    assert (heard["FromPort"], heard["ToPort"]) == (port, port)
    assert heard["SourceSecurityGroupId"] == {"Ref": "NodeSecurityGroup"}
    assert said["CidrIp"] == "255.255.255.255/32"


def test_a_gateway_stands_in_the_first_two_public_subnets(template: Any) -> None:
    gateways = of_type(template, "AWS::EC2::NatGateway")

    assert [each["SubnetId"]["Ref"] for each in gateways.values()] == ["PublicSubnet1", "PublicSubnet2"]
