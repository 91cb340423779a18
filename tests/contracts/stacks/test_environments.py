"""samconfig.toml carries the infrastructure of dev, prod and dr; each is refused until it is really yours."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.stacks.environment import KEY, ROOT
from toban.deploy import refused
from twin.account import Account, simulated_account
from twin.cloudformation import check
from twin.package import package

ENVIRONMENTS = ("dev", "prod", "dr")
YOURS = {
    "dev": {"PublicAccessCidrs": "198.51.100.0/24"},
    "prod": {
        "PublicAccessCidrs": "198.51.100.0/24",
        "RecoveryKeyArn": KEY,
        "VeleroBucketArn": "arn:aws:s3:::toban-dr-velero-123456789012-ap-northeast-3",
        "VeleroKeyArn": KEY,
    },
    "dr": {"PublicAccessCidrs": "198.51.100.0/24", "HostedZoneId": "Z0123456789ABC"},
}


def section(environment: str) -> dict[str, Any]:
    whole = tomllib.loads((ROOT / "samconfig.toml").read_text())
    found: dict[str, Any] = whole[f"infrastructure-{environment}"]["deploy"]["parameters"]
    return found


def overrides(environment: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in section(environment)["parameter_overrides"].split())


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with simulated_account() as opened:
        yield opened


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_has_no_problem_once_it_is_yours(account: Account, environment: str) -> None:
    given = {**overrides(environment), **YOURS[environment]}

    assert check(package(ROOT / section(environment)["template_file"]), parameters=given, aws=account) == []
    assert given["Environment"] == environment
    assert refused(f"infrastructure-{environment}") is None


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_example_addresses_are_refused(account: Account, environment: str) -> None:
    given = {**overrides(environment), **YOURS[environment], "PublicAccessCidrs": "203.0.113.0/24"}
    found = check(package(ROOT / "stacks/main.yaml"), parameters=given, aws=account)

    assert [problem for problem in found if "still holds the example" in problem.message]


def test_production_is_refused_until_its_backups_have_a_second_place(account: Account) -> None:
    given = {**overrides("prod"), "PublicAccessCidrs": "198.51.100.0/24"}
    found = check(package(ROOT / "stacks/main.yaml"), parameters=given, aws=account)

    assert len([problem for problem in found if "deploy dr first" in problem.message]) == 3


def test_the_recovery_lies_in_another_region_and_waits_without_a_gateway() -> None:
    assert section("dr")["region"] != section("prod")["region"] == section("dev")["region"]
    assert overrides("dr")["Workload"] == "absent"
    assert overrides("dr")["NatGateways"] == "none"
    assert overrides("prod")["RecoveryRegion"] == section("dr")["region"]


def test_no_secret_stands_in_a_default_or_in_samconfig() -> None:
    for path in [*Path(ROOT / "stacks").glob("*.yaml")]:
        for name, declared in package(path).template.get("Parameters", {}).items():
            assert not [word for word in ("password", "token", "authtoken") if word in name.lower()]
            assert "Secret" not in name or name.endswith(("Arn", "Arns")), "an ARN is no secret"
            assert "NoEcho" not in declared
