"""The deployed network is the design's: addresses, zones, ways out, and who may talk to whom."""

from typing import Any

import pytest

from tests.contracts.stacks import design
from tests.contracts.stacks.environment import World


def name_of(item: dict[str, Any]) -> str:
    return next(tag["Value"] for tag in item["Tags"] if tag["Key"] == "Name")


def subnets(prod: World) -> dict[str, Any]:
    vpc = prod.find("Vpc").physical
    found = prod.client("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    return {name_of(subnet): subnet for subnet in found}


def test_the_network_has_the_designs_range(prod: World) -> None:
    [vpc] = prod.client("ec2").describe_vpcs(VpcIds=[prod.find("Vpc").physical])["Vpcs"]

    assert vpc["CidrBlock"] == design.VPC_CIDR


def test_the_subnets_are_the_designs_and_no_other(prod: World) -> None:
    found = {name: (each["AvailabilityZone"], each["CidrBlock"]) for name, each in subnets(prod).items()}

    assert found == design.SUBNETS


@pytest.mark.parametrize("name", design.WAYS_OUT)
def test_a_subnet_leaves_as_the_design_says(prod: World, name: str) -> None:
    ec2, there = prod.client("ec2"), subnets(prod)
    names = {subnet["SubnetId"]: known for known, subnet in there.items()}
    filters = [{"Name": "association.subnet-id", "Values": [there[name]["SubnetId"]]}]
    [table] = ec2.describe_route_tables(Filters=filters)["RouteTables"]
    ways = []
    for route in table["Routes"]:
        if route.get("GatewayId") == "local":
            assert route["DestinationCidrBlock"] == design.VPC_CIDR
        elif "NatGatewayId" in route:
            [nat] = ec2.describe_nat_gateways(NatGatewayIds=[route["NatGatewayId"]])["NatGateways"]
            ways.append((route["DestinationCidrBlock"], f"NAT in {names[nat['SubnetId']]}"))
        elif route.get("DestinationCidrBlock"):
            assert route["GatewayId"].startswith("igw-")
            ways.append((route["DestinationCidrBlock"], "internet gateway"))
    wanted = design.WAYS_OUT[name]

    assert ways == ([("0.0.0.0/0", wanted)] if wanted else [])


def test_gateways_stand_where_the_design_puts_them(prod: World) -> None:
    names = {subnet["SubnetId"]: name for name, subnet in subnets(prod).items()}
    found = prod.client("ec2").describe_nat_gateways()["NatGateways"]

    assert {names[nat["SubnetId"]] for nat in found} == design.NAT_SUBNETS


def test_the_data_subnets_have_no_endpoint_either(prod: World) -> None:
    data = prod.find("DataRoutes").physical
    endpoints = prod.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]

    assert {each["ServiceName"].rsplit(".", 1)[1] for each in endpoints} == {"s3", "dynamodb"}
    assert all(data not in each["RouteTableIds"] for each in endpoints)


def rules(group: dict[str, Any], key: str, names: dict[str, str]) -> set[tuple[str, str]]:
    found = set()
    for rule in group[key]:
        protocol = rule["IpProtocol"]
        assert protocol == "-1" or rule["FromPort"] == rule["ToPort"] or protocol == "icmp"
        ports = "all" if protocol == "-1" else f"{protocol} {rule['FromPort']}"
        who = [each["CidrIp"] for each in rule["IpRanges"]]
        who += [names[each["GroupId"]] for each in rule["UserIdGroupPairs"]]
        found |= {(ports, each) for each in who if each != design.NOWHERE}
    return found


@pytest.mark.parametrize("logical", design.SECURITY_GROUPS)
def test_a_security_group_has_exactly_the_designs_rules(prod: World, logical: str) -> None:
    names = {prod.find(each).physical: each for each in design.SECURITY_GROUPS}
    identity = prod.find(logical).physical
    [group] = prod.client("ec2").describe_security_groups(GroupIds=[identity])["SecurityGroups"]
    hears, says = design.SECURITY_GROUPS[logical]

    assert rules(group, "IpPermissions", names) == hears
    assert rules(group, "IpPermissionsEgress", names) == says


def test_the_control_planes_functions_reach_the_cluster_by_https_and_are_not_reached(prod: World) -> None:
    identity = prod.find("FunctionSecurityGroup").physical
    [group] = prod.client("ec2").describe_security_groups(GroupIds=[identity])["SecurityGroups"]
    rule = prod.find("FunctionToCluster").properties

    assert rules(group, "IpPermissions", {}) == set()
    assert rules(group, "IpPermissionsEgress", {}) == {("tcp 443", "0.0.0.0/0")}
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", 443, 443)
    assert rule["SourceSecurityGroupId"] == identity


def test_who_talked_to_whom_is_logged(prod: World) -> None:
    [log] = prod.client("ec2").describe_flow_logs()["FlowLogs"]

    assert (log["ResourceId"], log["TrafficType"]) == (prod.find("Vpc").physical, "ALL")
