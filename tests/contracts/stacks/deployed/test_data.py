"""The deployed database and cache are the design's: engines, sizes, copies, days, encryption."""

import json

from tests.contracts.stacks import design
from tests.contracts.stacks.environment import KEY, World


def test_the_database_is_the_designs(prod: World) -> None:
    [found] = prod.client("rds").describe_db_instances()["DBInstances"]

    assert {key: found[key] for key in design.DATABASE} == design.DATABASE
    assert found["EngineVersion"].startswith(design.DATABASE_MAJOR)
    assert found["Endpoint"]["Port"] == design.DATABASE_PORT
    assert {each["SubnetIdentifier"] for each in found["DBSubnetGroup"]["Subnets"]} == set(
        prod.stack.outputs["DataSubnetIds"].split(",")
    )
    assert [each["VpcSecurityGroupId"] for each in found["VpcSecurityGroups"]] == [
        prod.find("DatabaseSecurityGroup").physical
    ]


def test_the_databases_password_is_kept_by_secrets_manager(prod: World) -> None:
    [found] = prod.client("rds").describe_db_instances()["DBInstances"]

    assert found["MasterUserSecret"]["SecretArn"] == prod.stack.outputs["DatabaseSecretArn"]


def test_the_database_speaks_tls_alone_and_logs_what_is_slow(prod: World) -> None:
    group = prod.find("Parameters").physical
    found = prod.client("rds").describe_db_parameters(DBParameterGroupName=group)["Parameters"]
    values = {each["ParameterName"]: each["ParameterValue"] for each in found}

    assert values["rds.force_ssl"] == "1"
    assert (
        values["log_error_verbosity"] == "terse"
    )  # an error's detail quotes rows: names and addresses of people
    assert 0 < int(values["log_min_duration_statement"]) <= 1000
    assert all(int(values[name]) > 0 for name in ("statement_timeout", "lock_timeout"))


def test_the_backups_are_copied_to_the_recovery_region(prod: World) -> None:
    # The simulated account is of one Region, so the properties that CloudFormation would act on are looked
    # at.
    properties = prod.stack.nested["Database"].made["Database"].properties

    assert properties["AutomaticBackupReplicationRegion"] == design.RECOVERY_REGION
    assert properties["AutomaticBackupReplicationKmsKeyId"] == KEY


def test_the_cache_is_the_designs(prod: World) -> None:
    [found] = prod.client("elasticache").describe_replication_groups()["ReplicationGroups"]

    assert {key: found[key] for key in design.CACHE} == design.CACHE
    assert len(found["MemberClusters"]) == design.CACHE_NODES
    given = prod.stack.nested["Cache"].made["Cache"].properties
    assert (given["Engine"], given["EngineVersion"]) == design.CACHE_ENGINE
    assert given["SecurityGroupIds"] == [prod.find("CacheSecurityGroup").physical]


def test_the_cache_takes_nothing_away_to_make_room_and_says_when_it_fills(prod: World) -> None:
    group = prod.stack.nested["Cache"].made["CacheParameters"]
    given = prod.stack.nested["Cache"].made["Cache"].properties
    alarms = prod.client("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm"])["MetricAlarms"]
    [alarm] = [each for each in alarms if each.get("Namespace") == "AWS/ElastiCache"]

    assert group.properties["Properties"] == {"maxmemory-policy": "noeviction"}
    assert given["CacheParameterGroupName"] == group.physical
    assert (alarm["MetricName"], alarm["Threshold"]) == ("DatabaseMemoryUsagePercentage", 75)
    assert alarm["Dimensions"][0]["Value"] == f"{given['ReplicationGroupId']}-001"
    assert alarm["AlarmActions"]


def test_the_caches_password_comes_from_secrets_manager_and_stands_nowhere_else(prod: World) -> None:
    made = prod.stack.nested["Cache"].made["Cache"]
    secret = prod.client("secretsmanager").get_secret_value(SecretId="toban/prod/redis")["SecretString"]
    password = json.loads(secret)["password"]

    assert made.properties["AuthToken"].startswith("{{resolve:secretsmanager:")
    assert password not in json.dumps([stack.outputs for stack in prod.every()])


def test_the_secrets_of_the_design_are_there(prod: World) -> None:
    found = {each["Name"] for each in prod.client("secretsmanager").list_secrets()["SecretList"]}

    assert found >= design.SECRETS
    assert [name for name in found if name.startswith("rds!")]
