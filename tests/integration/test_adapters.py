"""The adapters and the first handler on moto: what AWS says becomes ours, wired as the template says."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from functions.adapters.alarm import CloudWatchAlarm
from functions.adapters.aws_errors import translated
from functions.adapters.eks import EksNodegroups
from functions.adapters.eventbridge import EventBridgeAnnouncer
from functions.adapters.rds import RdsDatabases, never_stops
from functions.adapters.sns import SnsPager
from functions.core.cluster import Node
from functions.core.control import Audience
from functions.core.errors import Busy, Invalid, PermanentError, SafetyRefusal, TemporaryError
from functions.core.nodegroups import Nodegroup, Size
from functions.night_scaling.steps import plan_night
from functions.runtime import entrypoint
from functions.runtime.settings import settings
from functions.runtime.wiring import ports, ports_of

REGION = "ap-northeast-1"
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # noon on a Tuesday, Asia/Tokyo


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)  # type: ignore[call-overload] # the name is a test's own


@pytest.fixture
def cluster(aws: None) -> Any:
    eks = client("eks")
    eks.create_cluster(
        name="dev", roleArn="arn:aws:iam::123456789012:role/r", resourcesVpcConfig={"subnetIds": ["subnet-1"]}
    )
    eks.create_nodegroup(
        clusterName="dev",
        nodegroupName="primary",
        nodeRole="arn:aws:iam::123456789012:role/r",
        subnets=["subnet-1"],
        scalingConfig={"minSize": 2, "maxSize": 6, "desiredSize": 3},
    )
    return eks


@pytest.fixture
def wired(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    topic = client("sns").create_topic(Name="pages")["TopicArn"]
    client("dynamodb").create_table(
        TableName="control",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    given = {
        "TOBAN_ENVIRONMENT": "dev",
        "TOBAN_CLUSTER": "dev",
        "TOBAN_NODEGROUPS": "primary",
        "TOBAN_DATABASES": "",
        "TOBAN_CONTROL_TABLE": "control",
        "TOBAN_EVENT_BUS": "toban-dev",
        "TOBAN_PAGE_TOPIC": topic,
        "TOBAN_NOTICE_TOPIC": topic,
        "POWERTOOLS_SERVICE_NAME": "night_scaling",
        "POWERTOOLS_METRICS_NAMESPACE": "Toban",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    ports.cache_clear()
    yield cluster
    settings.cache_clear()
    ports.cache_clear()


def event(now: datetime = NOW) -> dict[str, Any]:
    run = {"target": "dev", "cause": "tick"}
    return {"now": now.isoformat(), "execution": "arn:aws:states:x:1:execution:m:one", "run": run}


@pytest.fixture
def first_call(wired: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a fresh sandbox: powertools binds a service's logger to the standard output of its first call."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "night_scaling_first_call")
    entrypoint._logger.cache_clear()
    yield
    entrypoint._logger.cache_clear()


def test_by_day_a_tick_decides_nothing_and_says_why(
    first_call: None, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = plan_night.handler(event(), None)
    assert answer["action"] == "nothing"
    assert answer["reason"]
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert any(line.get("_aws") for line in printed), "a metric in the embedded format"
    assert any(line.get("message") == answer["reason"] for line in printed), "a line of log with the reason"


def test_by_night_a_tick_decides_to_sleep(wired: Any) -> None:
    assert plan_night.handler(event(NOW.replace(hour=13)), None)["action"] == "sleep"


def test_an_error_crosses_into_the_machine_by_one_of_three_names(wired: Any) -> None:
    strange = {**event(), "run": {"target": "prod", "cause": "tick"}}
    with pytest.raises(PermanentError, match="operates dev, not prod") as raised:
        plan_night.handler(strange, None)
    assert type(raised.value) is PermanentError


def test_a_missing_variable_is_named(wired: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOBAN_CLUSTER")
    settings.cache_clear()
    with pytest.raises(PermanentError, match="TOBAN_CLUSTER"):
        settings()


def test_an_event_that_the_machine_did_not_send_is_refused(wired: Any) -> None:
    with pytest.raises(PermanentError, match="`now`"):
        plan_night.handler({"run": {}}, None)
    with pytest.raises(PermanentError, match="no zone"):
        plan_night.handler({**event(), "now": "2026-11-24T03:00:00"}, None)


def test_a_node_group_is_read_resized_and_missed(cluster: Any) -> None:
    groups = EksNodegroups(eks=cluster, autoscaling=None, ec2=None, cluster="dev")
    assert groups.describe("primary") == Nodegroup("primary", Size(2, 3, 6))
    assert groups.describe("typo") is None
    groups.resize("primary", Size(0, 3, 6))
    found = groups.describe("primary")
    assert found is not None
    assert found.size == Size(0, 3, 6)


class Refusing:
    """A client whose every operation answers one error."""

    def __init__(self, code: str, message: str = "no", status: int = 400) -> None:
        self.answer = {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {"RequestId": "r-1", "HTTPStatusCode": status},
        }

    def __getattr__(self, operation: str) -> Any:
        def refuse(**_: Any) -> None:
            raise ClientError(self.answer, operation)  # type: ignore[arg-type] # the parts that matter

        return refuse


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("ThrottlingException", 400, TemporaryError),
        ("ResourceInUseException", 409, TemporaryError),
        ("Whatever", 503, TemporaryError),
        ("AccessDeniedException", 403, PermanentError),
        ("InvalidParameterException", 400, PermanentError),
    ],
)
def test_an_answer_becomes_one_of_our_errors_with_its_code_and_request(
    code: str, status: int, kind: Any
) -> None:
    groups = EksNodegroups(eks=Refusing(code, status=status), autoscaling=None, ec2=None, cluster="dev")
    with pytest.raises(kind, match=rf"{code}.*primary.*r-1") as raised:
        groups.resize("primary", Size(0, 0, 1))
    assert isinstance(raised.value.__cause__, ClientError)


NODE = Node("ip-10-0-11-5", "primary", ready=True, cordoned=True, cordoned_by_toban=True, instance_id="i-1",
            zone="a", created_at=NOW)  # fmt: skip


def retiring(
    *, group: str | None = "eks-primary-1", name: str = NODE.name, answer: tuple[str, str] | None = None
) -> tuple[EksNodegroups, Mock]:
    """Returns node groups of which AWS says whose machine `i-1` is, and the client that would end it."""
    eks, autoscaling, ec2 = Mock(), Mock(), Mock()
    eks.describe_nodegroup.return_value = {
        "nodegroup": {"resources": {"autoScalingGroups": [{"name": "eks-primary-1"}]}}
    }
    found = [{"InstanceId": "i-1", "AutoScalingGroupName": group}] if group else []
    autoscaling.describe_auto_scaling_instances.return_value = {"AutoScalingInstances": found}
    ec2.describe_instances.return_value = {"Reservations": [{"Instances": [{"PrivateDnsName": name}]}]}
    if answer:
        refused = ClientError({"Error": {"Code": answer[0], "Message": answer[1]}}, "Terminate")
        autoscaling.terminate_instance_in_auto_scaling_group.side_effect = refused
    groups = EksNodegroups(eks=eks, autoscaling=autoscaling, ec2=ec2, cluster="dev")
    return groups, autoscaling.terminate_instance_in_auto_scaling_group


def test_an_instance_on_its_way_out_is_no_error_and_a_min_that_has_not_arrived_is_temporary() -> None:
    groups, ended = retiring()
    assert groups.retire(NODE)
    assert ended.call_args.kwargs == {"InstanceId": "i-1", "ShouldDecrementDesiredCapacity": True}
    gone = ("ValidationError", "Instance Id not found - No managed instance found")
    assert not retiring(answer=gone)[0].retire(NODE)
    assert not retiring(group=None)[0].retire(NODE)
    early = ("ValidationError", "desiredSize equals minSize (2). It would violate min size constraint.")
    with pytest.raises(TemporaryError):
        retiring(answer=early)[0].retire(NODE)


@pytest.mark.parametrize("lie", [{"group": "eks-payments-2"}, {"name": "ip-10-0-11-99"}])
def test_a_node_that_names_anothers_machine_ends_none(lie: dict[str, str]) -> None:
    groups, ended = retiring(**lie)  # type: ignore[arg-type] # names of its own arguments
    with pytest.raises(SafetyRefusal, match="i-1"):
        groups.retire(NODE)
    assert not ended.called


def test_a_database_is_stopped_and_started_once_and_missed(aws: None) -> None:
    rds = client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="taskmanager-dev",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        MasterUsername="u",
        MasterUserPassword="not-a-secret",
        AllocatedStorage=20,
    )
    databases = RdsDatabases(rds=rds)
    databases.stop("taskmanager-dev")
    databases.stop("taskmanager-dev")
    assert databases.status("taskmanager-dev") == "stopped"
    databases.start("taskmanager-dev")
    databases.start("taskmanager-dev")
    assert databases.status("taskmanager-dev") == "available"
    assert databases.status("typo") is None


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ({"Engine": "postgres"}, None),
        ({"Engine": "postgres", "MultiAZ": True}, None),
        ({"Engine": "aurora-postgresql", "DBClusterIdentifier": "c"}, "it is a member of the cluster c"),
        ({"Engine": "mysql", "ReadReplicaDBInstanceIdentifiers": ["r"]}, "it has a read replica"),
        ({"Engine": "mysql", "ReadReplicaDBClusterIdentifiers": ["r"]}, "it has a read replica"),
        ({"Engine": "mysql", "ReadReplicaSourceDBInstanceIdentifier": "p"}, "it is a read replica"),
        ({"Engine": "mysql", "ReadReplicaSourceDBClusterIdentifier": "p"}, "it is a read replica"),
        ({"Engine": "sqlserver-se", "MultiAZ": True}, "it is SQL Server in several zones"),
        ({"Engine": "sqlserver-se", "MultiAZ": False}, None),
        ({"Engine": "custom-oracle-ee"}, "it is RDS Custom"),
    ],
)
def test_a_database_says_beforehand_that_aws_never_stops_it(found: dict[str, Any], why: str | None) -> None:
    assert never_stops(found) == why


def test_one_code_of_rds_means_never_while_the_instance_is_available_and_later_otherwise() -> None:
    busy = ClientError({"Error": {"Code": "InvalidDBInstanceState", "Message": "no"}}, "StopDBInstance")
    for status, error in (("available", Invalid), ("backing-up", Busy)):
        rds = Mock()
        rds.describe_db_instances.return_value = {"DBInstances": [{"DBInstanceStatus": status}]}
        rds.stop_db_instance.side_effect = busy
        with pytest.raises(error):
            RdsDatabases(rds=rds).stop("x")


def test_what_could_not_be_told_is_a_metric_in_the_log_and_no_call(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The functions' own service must be no dimension of it: the alarms name two, and would never ring."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "night_scaling")
    CloudWatchAlarm(environment="dev").untold(Audience.ON_DUTY, "Toban dev: x")
    entries = [
        json.loads(line) for line in capsys.readouterr().out.splitlines() if "CloudWatchMetrics" in line
    ]
    [entry] = entries
    [directive] = entry["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Toban"
    assert sorted(directive["Dimensions"][0]) == ["audience", "environment"]
    assert (entry["environment"], entry["audience"]) == ("dev", "on_duty")
    assert entry["Untold"] in (1, [1], [1.0])


def test_an_event_and_a_page_go_out(aws: None) -> None:
    client("events").create_event_bus(Name="toban-dev")
    EventBridgeAnnouncer(events=client("events"), bus="toban-dev").announce(
        "night_scaling", "Run Finished", {"at": NOW}
    )
    topic = client("sns").create_topic(Name="pages")["TopicArn"]
    SnsPager(sns=client("sns"), topic=topic).page("s" * 200, "message")


def test_what_is_no_answer_of_aws_is_not_touched() -> None:
    with pytest.raises(KeyError), translated("nothing"):
        raise KeyError("ours")


def test_a_node_group_says_its_team_and_what_is_wrong_with_it() -> None:
    issue = {"code": "AsgInstanceLaunchFailures", "message": "no Spot capacity"}
    found = {
        "scalingConfig": {"minSize": 0, "desiredSize": 1, "maxSize": 2},
        "status": "DEGRADED",
        "health": {"issues": [issue]},
        "tags": {"team": "web"},
    }

    class Eks:
        def describe_nodegroup(self, **_: Any) -> dict[str, Any]:
            return {"nodegroup": found}

    group = EksNodegroups(eks=Eks(), autoscaling=None, ec2=None, cluster="dev").describe("primary")
    assert group == Nodegroup(
        "primary",
        Size(0, 1, 2),
        "DEGRADED",
        ("AsgInstanceLaunchFailures: no Spot capacity",),
        "web",
    )


def test_a_run_of_a_fleets_member_reaches_that_members_cluster_and_no_other_environments(wired: Any) -> None:
    member = {"cluster": "team-7", "nodegroups": ["spot"], "databases": []}
    found = ports_of({"target": "dev/seven", "fleet": member}).settings
    assert (found.environment, found.cluster, found.nodegroups, found.databases) == (
        "dev/seven",
        "team-7",
        ("spot",),
        (),
    )
    assert found.control_table == "control"
    assert ports_of({"target": "dev"}) is ports()
    unread = ports_of({"target": "dev/seven"}).settings
    assert (unread.environment, unread.nodegroups, unread.databases) == ("dev/seven", (), ())
    for strange in ("prod", "prod/seven", "dev/../prod", "dev/Seven\n", "", None, {"a": 1}):
        assert ports_of({"target": strange}) is ports(), "whom the first step refuses"
    with pytest.raises(PermanentError, match="no member"):
        ports_of({"target": "prod/seven", "fleet": member})
