"""docs/cost.md says what stacks/prices.json says, and counts what an environment really holds."""

import json
import re
from typing import Any

import pytest

from tests.contracts.stacks.environment import DEV, PROD, ROOT, SKELETON, World, world

DATA: dict[str, Any] = json.loads((ROOT / "stacks/prices.json").read_text())
PAGE = (ROOT / "docs/cost.md").read_text()
ENVIRONMENTS = {"dev": DEV, "prod": PROD, "dr": SKELETON}
REGIONS = {"dr": "ap-northeast-3"}


def monthly(line: dict[str, Any]) -> float:
    price = DATA["prices"][line["price"]]
    hours = DATA["hours_a_month"] if price["unit"] == "hour" else 1
    return float(price["usd"] * line["count"] * hours)


def rows(environment: str) -> list[str]:
    lines = DATA["environments"][environment]
    made = []
    for line in lines:
        price = DATA["prices"][line["price"]]
        made.append(
            f"| {line['what']} | {line['count']} | {price['usd']:g} a {price['unit'].removesuffix(' a month')}"
            f"{' and month' if price['unit'].endswith(' a month') else ''} | {monthly(line):.2f} |"
        )
    return [*made, f"| **together** | | | **{sum(map(monthly, lines)):.2f}** |"]


def sources() -> list[str]:
    return [
        f"| {name} | {price['source']} | {DATA['looked_up'] if price['checked'] else 'not checked'} |"
        for name, price in DATA["prices"].items()
    ]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_page_lists_each_line_of_the_data_and_no_other(environment: str) -> None:
    section = PAGE.split(f"\n## {environment}\n")[1].split("\n## ")[0]
    told = [line for line in section.splitlines() if re.match(r"\| (?!what|---)", line)]

    assert told == rows(environment), "\n" + "\n".join(rows(environment))


def test_each_price_has_its_source_and_date_on_the_page() -> None:
    section = PAGE.split("\n## Where the prices come from\n")[1]
    told = [line for line in section.splitlines() if re.match(r"\| (?!price|---)", line)]

    assert told == sources(), "\n" + "\n".join(sources())
    assert DATA["caution"].split(";")[0] in PAGE


def test_every_price_is_used_and_every_assumption_told() -> None:
    used = {line["price"] for lines in DATA["environments"].values() for line in lines}

    assert used == set(DATA["prices"])
    assert all(text in PAGE for text in DATA["assumed"].values())


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


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_counts_are_those_of_a_deployed_environment(environment: str) -> None:
    lines = {line["price"]: line["count"] for line in DATA["environments"][environment]}
    with world(ENVIRONMENTS[environment], region=REGIONS.get(environment, "ap-northeast-1")) as made:
        found = counted(made)

    assert {name: lines.get(name) for name in found} == found
