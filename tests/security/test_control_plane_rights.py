"""A stolen role of one function stays in its environment, its node groups, and its part of the table."""

from collections.abc import Callable

import pytest

from tests.contracts.test_control_plane import ROOT, read
from tests.security.iam import Deployed, dev, fleet

FUNCTIONS = sorted(dev().roles())
ARN = "arn:aws:{}:ap-northeast-1:123456789012:{}"
TABLE = "arn:of:dev:ControlTable"
WRITES = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
RECORDERS = {"FinishRun", "GiveUp", "ReapRun"}


def those_that(may: Callable[[str], bool]) -> set[str]:
    return {function for function in FUNCTIONS if may(function)}


def keyed(deployed: Deployed, function: str, action: str, key: str) -> bool:
    return deployed.allows(function, action, TABLE, dynamodb__LeadingKeys=[key])


def nodegroup(name: str, cluster: str = "sre-portfolio-cluster-dev") -> str:
    return ARN.format("eks", f"nodegroup/{cluster}/{name}/0a1b")


def test_there_are_as_many_roles_as_functions() -> None:
    assert len(FUNCTIONS) >= 14


@pytest.mark.parametrize("action", WRITES)
def test_settings_are_peoples_and_functions_only_read_them(action: str) -> None:
    for deployed in (dev(), fleet()):
        for key in ("SETTINGS#dev", "SETTINGS#dev/search", "SETTINGS#prod"):
            assert those_that(lambda one, key=key, of=deployed: keyed(of, one, action, key)) == set()  # type: ignore[misc]
    assert those_that(lambda one: keyed(dev(), one, "dynamodb:Query", "SETTINGS#dev")) == set(FUNCTIONS)
    assert those_that(lambda one: keyed(dev(), one, "dynamodb:Query", "SETTINGS#prod")) == set()


def test_the_record_of_runs_is_added_to_by_three_and_changed_or_read_by_none() -> None:
    assert those_that(lambda one: keyed(dev(), one, "dynamodb:PutItem", "RUN#dev")) == RECORDERS
    for action in ("dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query"):
        assert those_that(lambda one, action=action: keyed(dev(), one, action, "RUN#dev")) == set()  # type: ignore[misc]
    archive = ("events:DeleteArchive", "events:UpdateArchive", "events:DeleteRule", "events:PutRule")
    for action in (*archive, "events:RemoveTargets", "events:DisableRule", "events:DeleteEventBus"):
        assert those_that(lambda one, action=action: dev().allows(one, action)) == set()  # type: ignore[misc]


@pytest.mark.parametrize("action", [*WRITES, "dynamodb:Query"])
def test_no_function_reaches_another_environments_part_of_a_table(action: str) -> None:
    for key in ("prod", "prod/search", "development", "RUN#prod", "dr"):
        assert those_that(lambda one, key=key: keyed(dev(), one, action, key)) == set()  # type: ignore[misc]
    assert those_that(lambda one: dev().allows(one, action, TABLE)) == set(), "a request that names no key"
    other = "arn:of:prod:ControlTable"
    allowed = those_that(lambda one: dev().allows(one, action, other, dynamodb__LeadingKeys=["dev"]))
    assert allowed == set()


@pytest.mark.parametrize(
    ("action", "may"),
    [
        ("rds:StopDBInstance", {"StopDatabases"}),
        ("rds:StartDBInstance", {"StartDatabases", "ScaleWorkloads"}),
    ],
)
def test_a_database_is_reached_by_both_of_its_tags_alone(action: str, may: set[str]) -> None:
    def tagged(one: str, **tags: str) -> bool:
        context = {
            f"aws__ResourceTag___toban.dev___{name.replace('_', '-')}": tag for name, tag in tags.items()
        }
        return dev().allows(one, action, ARN.format("rds", "db:taskmanager"), **context)

    assert those_that(lambda one: tagged(one, night_scaling="enabled", environment="dev")) == may
    for tags in (
        {"night_scaling": "enabled", "environment": "prod"},
        {"night_scaling": "enabled"},
        {"environment": "dev"},
    ):
        assert those_that(lambda one, tags=tags: tagged(one, **tags)) == set()  # type: ignore[misc]


def test_only_the_named_node_groups_of_its_own_cluster_are_resized() -> None:
    def resizes(one: str, arn: str, of: Deployed) -> bool:
        return of.allows(one, "eks:UpdateNodegroupConfig", arn)

    may = {"RaiseNodegroups", "AwaitNodes", "LowerNodegroups", "DrainNodes"}
    for name in ("primary", "spot"):
        assert those_that(lambda one, name=name: resizes(one, nodegroup(name), dev())) == may  # type: ignore[misc]
    for arn in (nodegroup("payments"), nodegroup("primary", "sre-portfolio-cluster"), nodegroup("primary-2")):
        assert those_that(lambda one, arn=arn: resizes(one, arn, dev())) == set()  # type: ignore[misc]
        assert those_that(lambda one, arn=arn: resizes(one, arn, fleet())) == set()  # type: ignore[misc]
    assert those_that(lambda one: resizes(one, nodegroup("any", "team-7"), fleet())) == may


def test_no_machine_outside_of_the_named_groups_is_ended() -> None:
    group = ARN.format("autoscaling", "autoScalingGroup:0:autoScalingGroupName/eks-primary-0a1b")

    def ends(one: str, cluster: str, name: str, of: Deployed) -> bool:
        tags = {
            "aws__ResourceTag___eks__cluster-name": cluster,
            "aws__ResourceTag___eks__nodegroup-name": name,
        }
        return of.allows(one, "autoscaling:TerminateInstanceInAutoScalingGroup", group, **tags)

    own = "sre-portfolio-cluster-dev"
    assert those_that(lambda one: ends(one, own, "primary", dev())) == {"DrainNodes"}
    for cluster, name in ((own, "payments"), ("sre-portfolio-cluster", "primary"), ("", "")):
        for of in (dev(), fleet()):
            assert those_that(lambda one, c=cluster, n=name, of=of: ends(one, c, n, of)) == set()  # type: ignore[misc]
    assert those_that(lambda one: ends(one, "team-7", "any", fleet())) == {"DrainNodes"}


NEVER = (
    "secretsmanager:GetSecretValue", "ssm:GetParameter", "s3:GetObject", "kms:PutKeyPolicy",
    "lambda:UpdateFunctionCode", "lambda:InvokeFunction", "lambda:AddPermission", "states:StartExecution",
    "states:SendTaskSuccess", "states:StopExecution", "iam:PassRole", "iam:AttachRolePolicy",
    "sts:AssumeRole",
    "eks:CreateAccessEntry", "eks:AssociateAccessPolicy", "eks:DeleteNodegroup", "eks:UpdateClusterConfig",
    "eks:UpdateNodegroupVersion", "ec2:TerminateInstances", "ec2:RunInstances", "rds:DeleteDBInstance",
    "rds:ModifyDBInstance", "dynamodb:DeleteTable", "dynamodb:Scan", "dynamodb:BatchWriteItem",
    "autoscaling:UpdateAutoScalingGroup", "autoscaling:DeleteAutoScalingGroup", "logs:DeleteLogGroup",
    "logs:DeleteLogStream", "cloudwatch:DisableAlarmActions", "sns:SetTopicAttributes", "sns:Subscribe",
    "scheduler:UpdateSchedule", "cloudformation:UpdateStack",
)  # fmt: skip


@pytest.mark.parametrize("action", NEVER)
def test_no_function_runs_code_reads_a_secret_or_changes_who_may_do_what(action: str) -> None:
    assert those_that(lambda one: dev().allows(one, action) or fleet().allows(one, action)) == set()


def test_people_are_told_by_those_that_have_something_to_tell() -> None:
    assert those_that(lambda one: dev().allows(one, "sns:Publish", "arn:of:dev:PageTopic")) == {
        "PlanNight", "GiveUp", "ReapRun",
    }  # fmt: skip
    assert those_that(lambda one: dev().allows(one, "sns:Publish", "arn:of:prod:PageTopic")) == set()


def test_an_access_entry_is_made_for_its_own_cluster_alone() -> None:
    entries = [one for one in dev().resources.values() if one["Type"] == "AWS::EKS::AccessEntry"]

    assert len(entries) == 6
    for entry in entries:
        assert entry["Properties"]["ClusterName"] == {"Ref": "ClusterName"}
        assert not {"AccessPolicies", "Type"} & set(entry["Properties"])


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [("", True), ("team-*", True), ("search", True), ("*", False), ("a,b", False), ("te*m", False),
     ("?-x", False), ("team-**", False), ("team/*", False)],
)  # fmt: skip
def test_a_fleet_is_one_name_or_one_beginning(pattern: str, *, taken: bool) -> None:
    import re  # noqa: PLC0415 - CloudFormation's own check, of one parameter

    allowed = read(ROOT / "template.yaml")["Parameters"]["FleetClusters"]["AllowedPattern"]
    assert bool(re.fullmatch(allowed, pattern)) is taken
