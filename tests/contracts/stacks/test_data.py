"""The database and the cache are the design's: engines, sizes, copies, days and encryption."""

from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

STACKS = Path(__file__).resolve().parents[3] / "stacks"


def resource(stack: str, logical: str) -> Any:
    return cfn_yaml.load(str(STACKS / f"{stack}.yaml"))["Resources"][logical]


def default(stack: str, parameter: str) -> Any:
    return cfn_yaml.load(str(STACKS / f"{stack}.yaml"))["Parameters"][parameter]["Default"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Engine", "postgres"),
        ("StorageType", "gp3"),
        ("StorageEncrypted", True),
        ("PubliclyAccessible", False),
        ("DeletionProtection", True),
        ("ManageMasterUserPassword", True),
    ],
)
def test_the_database_is_the_designs(name: str, value: object) -> None:
    assert resource("rds", "Database")["Properties"][name] == value


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("InstanceClass", "db.t3.micro"), ("StorageGiB", 20), ("MultiAz", "true"), ("BackupDays", 7)],
)
def test_the_databases_numbers_are_the_designs(parameter: str, value: object) -> None:
    assert default("rds", parameter) == value


def test_the_database_is_of_major_version_15() -> None:
    assert resource("rds", "Database")["Properties"]["EngineVersion"] == {"Ref": "EngineVersion"}
    assert default("rds", "EngineVersion").startswith("15.")


def test_the_database_outlives_its_stack_as_a_snapshot() -> None:
    database = resource("rds", "Database")

    assert database["DeletionPolicy"] == database["UpdateReplacePolicy"] == "Snapshot"
    assert database["Properties"]["DBName"]["Fn::If"][2] == "taskmanager"


def test_the_database_refuses_plain_text() -> None:
    assert resource("rds", "Parameters")["Properties"]["Parameters"]["rds.force_ssl"] == "1"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Engine", "redis"),
        ("NumNodeGroups", 1),
        ("ReplicasPerNodeGroup", 1),
        ("AutomaticFailoverEnabled", True),
        ("TransitEncryptionEnabled", True),
        ("AtRestEncryptionEnabled", True),
    ],
)
def test_the_cache_is_the_designs(name: str, value: object) -> None:
    assert resource("elasticache", "Cache")["Properties"][name] == value


def test_the_caches_node_is_the_designs() -> None:
    assert default("elasticache", "NodeType") == "cache.t3.micro"


@pytest.mark.parametrize("stack", ["rds", "elasticache"])
def test_no_password_stands_in_a_template(stack: str) -> None:
    template = cfn_yaml.load(str(STACKS / f"{stack}.yaml"))

    assert not [
        name for name in template["Parameters"] if "password" in name.lower() or "secret" in name.lower()
    ]
