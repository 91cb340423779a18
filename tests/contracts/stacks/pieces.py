"""Counts in a deployed environment what is paid for by the piece, and holds stacks/prices.json to it."""

import json
from typing import Any

from tests.contracts.stacks.environment import ROOT, World

DATA: dict[str, Any] = json.loads((ROOT / "stacks/prices.json").read_text())


def assert_paid_for(environment: str, made: World) -> None:
    """Fails when the cost page counts other pieces than the environment holds."""
    lines = {line["price"]: line["count"] for line in DATA["environments"][environment]}
    found = counted(made)

    assert {name: lines.get(name) for name in found} == found


def counted(made: World) -> dict[str, int]:
    """Counts in the deployed environment what is paid for by the piece."""
    resources = [each for stack in made.every() for each in stack.made.values()]
    kinds = [each.kind for each in resources]
    alarms = [each.properties for each in resources if each.kind == "AWS::CloudWatch::Alarm"]
    groups = {
        each.properties["CapacityType"]: each.properties["ScalingConfig"]["DesiredSize"]
        for each in resources
        if each.kind == "AWS::EKS::Nodegroup"
    }
    databases = [each.properties for each in resources if each.kind == "AWS::RDS::DBInstance"]
    found = {
        "eks-control-plane": kinds.count("AWS::EKS::Cluster"),
        "t3.medium": int(groups.get("ON_DEMAND", 0)),
        "t3.medium-spot": int(groups.get("SPOT", 0)),
        "nat-gateway": kinds.count("AWS::EC2::NatGateway"),
        "db.t3.micro": sum(2 if str(each["MultiAZ"]) == "true" else 1 for each in databases),
        "cache.t3.micro": 2 * kinds.count("AWS::ElastiCache::ReplicationGroup"),
        "kms-key": kinds.count("AWS::KMS::Key"),
        # The database's password is a secret that RDS makes.
        "secret": kinds.count("AWS::SecretsManager::Secret") + len(databases),
        "hosted-zone": kinds.count("AWS::Route53::HostedZone"),
        "health-check": kinds.count("AWS::Route53::HealthCheck"),
        "alarm-metric": sum(
            sum("MetricStat" in query for query in alarm.get("Metrics", [])) or 1 for alarm in alarms
        ),
        "composite-alarm": kinds.count("AWS::CloudWatch::CompositeAlarm"),
    }
    return {name: count for name, count in found.items() if count}
