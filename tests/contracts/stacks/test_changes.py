"""An environment deploys twice without a change, changes only where it should, and goes without a trace."""

import pytest

from tests.contracts.stacks.environment import DEV, MAIN, SKELETON, World, world
from tests.contracts.stacks.pieces import assert_paid_for
from twin.cloudformation import DeletionError, delete, update
from twin.package import package


def redeploy(made: World, parameters: dict[str, str]) -> set[tuple[str, str]]:
    """Deploys again and returns what was done, nested stacks' own changes with them."""
    update(made.stack, package(MAIN), parameters=parameters)
    return {change for stack in made.every() for change in stack.changes if change[1] not in stack.nested}


CHANGES = [
    ({"DesiredNodes": "4"}, {("updated", "PrimaryNodes")}),
    ({"KubernetesVersion": "1.36"}, {("updated", "Cluster")}),
    ({"PublicAccessCidrs": "198.51.100.0/24,192.0.2.0/24"}, {("updated", "Cluster")}),
    ({"MultiAz": "true"}, {("updated", "Database")}),
    (
        {"MaxConnections": "120"},
        {("updated", "Parameters"), ("updated", "DatabaseConnectionsShare")},
    ),
    (
        {"NatGateways": "each-zone"},
        {("created", "NatAddress2"), ("created", "NatGateway2"), ("updated", "PrivateWayOut2")},
    ),
    ({"MonthlyBudgetUsd": "500"}, {("updated", "Budget")}),
    ({"ArchiveLogs": "on"}, {("created", name) for name in (
        "ArchiveBucket", "ArchiveBucketPolicy", "ArchiveRole", "ArchiveStream", "FeedRole", "ApiFeed",
        "FrontendFeed", "WorkerFeed", "SystemFeed",
    )}),
    ({"NotificationEmail": ""}, {("deleted", "PagesByEmail"), ("deleted", "TicketsByEmail")}),
]  # fmt: skip


def test_a_life() -> None:
    """One environment lives through every change: one deployment serves all, for each takes seconds."""
    with world(DEV) as made:
        assert redeploy(made, DEV) == set(), "a second deployment"
        assert_paid_for("dev", made)
        for change, wanted in CHANGES:
            assert redeploy(made, {**DEV, **change}) == wanted, change
            redeploy(made, DEV)
        assert redeploy(made, DEV) == set(), "every change was taken back"

        [database] = made.client("rds").describe_db_instances()["DBInstances"]
        assert (database["MultiAZ"], database["DBInstanceStatus"]) == (False, "available")
        cluster = made.client("eks").describe_cluster(name="sre-portfolio-cluster")["cluster"]
        assert cluster["resourcesVpcConfig"]["publicAccessCidrs"] == ["198.51.100.0/24"]

        delete(made.stack)
        left_over(made)


def left_over(made: World) -> None:
    """Looks through the account for what a deleted environment may leave, and for what it must."""
    ec2 = made.client("ec2")
    assert [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]] == []
    assert [nat for nat in ec2.describe_nat_gateways()["NatGateways"] if nat["State"] != "deleted"] == []
    assert ec2.describe_addresses()["Addresses"] == []
    assert ec2.describe_launch_templates()["LaunchTemplates"] == []
    assert made.client("eks").list_clusters()["clusters"] == []
    assert made.client("rds").describe_db_instances()["DBInstances"] == []
    caches = made.client("elasticache").describe_replication_groups()["ReplicationGroups"]
    assert [cache["Status"] for cache in caches if cache["Status"] != "deleting"] == []
    assert made.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert made.client("logs").describe_log_groups()["logGroups"] == []
    assert made.client("iam").list_roles()["Roles"] == []
    assert made.client("sns").list_topics()["Topics"] == []
    # What holds data stays: the last snapshot, the buckets, the images, the zone, and the keys that read
    # them.
    [snapshot] = made.client("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    assert snapshot["DBInstanceIdentifier"] == "taskmanager-dev"
    assert len(made.client("s3").list_buckets()["Buckets"]) == 3
    assert len(made.client("ecr").describe_repositories()["repositories"]) == 2


def test_a_protected_database_refuses_to_go_and_the_message_names_it() -> None:
    with world({**DEV, "DeletionProtection": "true"}) as made:
        with pytest.raises(DeletionError, match=r"Resource Database of stack infra-Database was not deleted"):
            delete(made.stack)
        made.client("rds").modify_db_instance(
            DBInstanceIdentifier="taskmanager-dev", DeletionProtection=False
        )
        delete(made.stack)
        assert made.client("rds").describe_db_instances()["DBInstances"] == []


def test_a_skeleton_costs_no_gateway_and_a_recovery_fills_it_from_a_snapshot() -> None:
    with world(SKELETON, region="ap-northeast-3") as made:
        assert set(made.stack.nested) == {"Network", "Storage", "Names"}
        assert_paid_for("dr", made)
        assert made.client("ec2").describe_nat_gateways()["NatGateways"] == []
        assert made.stack.outputs["VeleroBucketArn"].endswith("ap-northeast-3")
        vpc = made.find("Vpc").physical

        rds = made.client("rds")
        rds.create_db_instance(
            DBInstanceIdentifier="lost", Engine="postgres", DBInstanceClass="db.t3.micro", AllocatedStorage=20
        )
        rds.create_db_snapshot(DBInstanceIdentifier="lost", DBSnapshotIdentifier="copied")
        recovering = {
            **SKELETON,
            "Workload": "present",
            "NatGateways": "one",
            "SnapshotIdentifier": "copied",
            "DeletionProtection": "false",
        }
        update(made.stack, package(MAIN), parameters=recovering)

        assert made.find("Vpc").physical == vpc, "the skeleton is filled, not built anew"
        restored = rds.describe_db_instances(DBInstanceIdentifier="taskmanager-dr")["DBInstances"][0]
        assert restored["BackupRetentionPeriod"] == 7
        assert made.client("eks").list_clusters()["clusters"] == ["sre-portfolio-cluster"]
        assert "Account" not in made.stack.nested
