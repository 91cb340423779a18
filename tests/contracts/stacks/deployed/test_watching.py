"""What is kept and who is woken are the design's: log groups, six alarms as corrected, the promise."""

import json
from typing import Any

import pytest

from tests.contracts.stacks import design
from tests.contracts.stacks.environment import World


def alarms(prod: World) -> dict[str, dict[str, Any]]:
    found = prod.client("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm"])["MetricAlarms"]
    return {each["AlarmName"].removesuffix(" (prod)"): each for each in found}


def composite(prod: World, name: str) -> dict[str, Any]:
    made = [
        each for stack in prod.every() for each in stack.made.values() if each.physical == f"{name} (prod)"
    ]
    [only] = made
    return only.properties


@pytest.mark.parametrize("name", sorted(design.LOG_GROUPS))
def test_a_log_group_has_the_designs_name_and_days(prod: World, name: str) -> None:
    [group] = prod.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]

    assert group["logGroupName"] == name
    assert group["retentionInDays"] == design.LOG_DAYS
    assert group["kmsKeyId"]


def test_no_log_group_is_kept_for_ever(prod: World) -> None:
    groups = prod.client("logs").describe_log_groups()["logGroups"]

    assert len(groups) >= len(design.LOG_GROUPS)
    assert [group["logGroupName"] for group in groups if not group.get("retentionInDays")] == []


@pytest.mark.parametrize("name", design.ALARMS)
def test_an_alarm_has_the_designs_threshold(prod: World, name: str) -> None:
    alarm = alarms(prod)[name]
    comparison, threshold, lasts = design.ALARMS[name]
    period = alarm.get("Period") or next(
        query["MetricStat"]["Period"] for query in alarm["Metrics"] if "MetricStat" in query
    )

    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == (comparison, threshold)
    if lasts is not None:
        assert period * alarm["DatapointsToAlarm"] == lasts
        assert alarm["DatapointsToAlarm"] == alarm["EvaluationPeriods"]
    assert alarm["AlarmActions"] == [prod.stack.outputs["PageTopicArn"]]
    assert alarm["TreatMissingData"] == design.MISSING_DATA[name]


def test_the_error_rate_counts_what_the_load_balancer_refused_and_needs_traffic(prod: World) -> None:
    queries = {query["Id"]: query for query in alarms(prod)["High Error Rate"]["Metrics"]}
    counted = {
        query["MetricStat"]["Metric"]["MetricName"] for query in queries.values() if "MetricStat" in query
    }

    assert "HTTPCode_ELB_5XX_Count" in counted
    assert "RequestCount" not in counted, "it leaves out what no target was chosen for"
    assert queries["rate"]["Expression"] == "IF(valid > 100, 100 * errors / valid, 0)"
    assert queries["valid"]["Expression"].count("FILL") == 4
    assert queries["refused"]["Expression"] == "FILL(e5, 0)"
    assert all(queries[name]["Expression"].endswith(" + refused") for name in ("valid", "errors"))


def test_latency_is_the_95th_percentile(prod: World) -> None:
    queries = {query["Id"]: query for query in alarms(prod)["API Latency"]["Metrics"]}

    assert queries["p95"]["MetricStat"]["Stat"] == "p95"


def test_connections_are_also_told_as_a_share_of_what_the_database_takes(prod: World) -> None:
    queries = {query["Id"]: query for query in alarms(prod)["RDS Connections Nearly Exhausted"]["Metrics"]}
    group = prod.find("Parameters").physical
    found = prod.client("rds").describe_db_parameters(DBParameterGroupName=group)["Parameters"]
    [most] = [each["ParameterValue"] for each in found if each["ParameterName"] == "max_connections"]

    assert queries["share"]["Expression"] == f"100 * open / {most}"


def test_an_alarm_names_its_remedy_by_a_tag_and_not_by_its_name(prod: World) -> None:
    cloudwatch = prod.client("cloudwatch")
    for name in design.ALARMS:
        tags = cloudwatch.list_tags_for_resource(ResourceARN=alarms(prod)[name]["AlarmArn"])["Tags"]
        assert {tag["Key"] for tag in tags} >= {"toban.dev/remedy", "toban.dev/environment"}


def test_a_parent_gathers_the_apis_alarms_so_that_one_remedy_runs(prod: World) -> None:
    rule = composite(prod, "API Unwell")["AlarmRule"]
    children = ("Low Availability", "High Error Rate", "High CPU Usage", "High Memory Usage", "API Latency")

    assert all(f'ALARM("{name} (prod)")' in rule for name in children)
    assert "AlarmActions" not in composite(prod, "API Unwell"), "its members page already"


@pytest.mark.parametrize("speed", design.BURNS)
def test_a_burn_alarm_looks_through_two_windows(prod: World, speed: str) -> None:
    burn, long, short = design.BURNS[speed]
    found = alarms(prod)
    for window, seconds in (("Long", long), ("Short", short)):
        alarm = found[f"SLO {speed} Burn, {window} Window"]
        periods = {query["MetricStat"]["Period"] for query in alarm["Metrics"] if "MetricStat" in query}
        assert (alarm["Threshold"], periods) == (burn, {seconds})
        [rate] = [query["Expression"] for query in alarm["Metrics"] if query["Id"] == "burn"]
        assert rate == "IF(valid > 100, 100 * errors / valid / (100 - 99.9), 0)"
    both = composite(prod, f"SLO {speed} Burn")["AlarmRule"]
    assert " AND " in both


def test_a_slower_burn_is_silent_while_a_faster_one_speaks(prod: World) -> None:
    assert "ActionsSuppressor" not in composite(prod, "SLO Fast Burn")
    assert composite(prod, "SLO Medium Burn")["ActionsSuppressor"] == "SLO Fast Burn (prod)"
    assert composite(prod, "SLO Slow Burn")["ActionsSuppressor"] == "SLO Medium Burn (prod)"


def test_the_alarms_topic_is_encrypted_and_takes_from_alarms_and_budgets_alone(prod: World) -> None:
    topic = prod.client("sns").get_topic_attributes(TopicArn=prod.stack.outputs["PageTopicArn"])["Attributes"]
    allowed = [each for each in json.loads(topic["Policy"])["Statement"] if each["Effect"] == "Allow"]

    assert topic["KmsMasterKeyId"] == prod.find("MonitoringKey").physical
    assert [each["Principal"] for each in allowed] == [
        {"Service": ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]}
    ]


def test_the_archive_grows_cold_and_ends(prod: World) -> None:
    bucket = prod.find("ArchiveBucket").physical
    [rule] = prod.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    logs = prod.client("logs")
    filters = [
        each["destinationArn"]
        for name in design.LOG_GROUPS
        for each in logs.describe_subscription_filters(logGroupName=name)["subscriptionFilters"]
    ]

    assert rule["Transitions"] == [{"Days": 30, "StorageClass": "GLACIER_IR"}]
    assert rule["Expiration"] == {"Days": 365}
    assert filters == [prod.find("ArchiveStream").attributes["Arn"]] * len(design.LOG_GROUPS)


def test_the_dashboard_shows_the_designs_figures(prod: World) -> None:
    body = prod.client("cloudwatch").get_dashboard(DashboardName="taskmanager-prod")["DashboardBody"]

    assert len(json.loads(body)["widgets"]) >= 6
    assert all(word in body for word in ("p50", "p95", "p99", "DatabaseConnections", "RequestCount"))


def test_a_budget_tells_before_it_is_spent(prod: World) -> None:
    budgets = prod.client("budgets")
    name = {"AccountId": prod.aws.account, "BudgetName": "taskmanager-prod"}

    assert float(budgets.describe_budget(**name)["Budget"]["BudgetLimit"]["Amount"]) > 0
    kinds = {
        each["NotificationType"]
        for each in budgets.describe_notifications_for_budget(**name)["Notifications"]
    }
    assert kinds == {"ACTUAL", "FORECASTED"}
