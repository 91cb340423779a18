"""Filter patterns match, take and refuse as CloudWatch Logs' user guide says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.twin.engines.corpus import corpus, told
from twin.log_filters import FilterError, parse_filter

PAGE = corpus("log_filters")


def test_every_row_names_its_source() -> None:
    rows = [*PAGE["rows"], *PAGE["refused"], *PAGE["values"]]

    assert {row[0] for row in rows} == set(PAGE["sources"])
    assert len(rows) > 130


@pytest.mark.parametrize("row", PAGE["rows"], ids=told)
def test_a_pattern_matches_the_lines_that_its_page_says(row: list[Any]) -> None:
    _, pattern, matching, others = row
    wanted = parse_filter(pattern)
    lines = PAGE["lines"]

    assert [line for line in (*matching, *others) if wanted.matches(lines[line])] == matching


@pytest.mark.parametrize("row", PAGE["refused"], ids=told)
def test_what_is_no_pattern_is_refused_in_words(row: list[Any]) -> None:
    with pytest.raises(FilterError, match=row[2]):
        parse_filter(row[1])


@pytest.mark.parametrize("row", PAGE["values"], ids=told)
def test_a_pattern_takes_values_from_its_line(row: list[Any]) -> None:
    _, pattern, line, selector, value = row

    assert parse_filter(pattern).offers(selector)
    assert parse_filter(pattern).value(PAGE["lines"][line], selector) == value


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=20), st.text(alphabet='{}[]()"%?-=!<>&|$.ab1 *', max_size=20))
def test_any_text_is_a_pattern_or_refused(line: str, pattern: str) -> None:
    try:
        wanted = parse_filter(pattern)
    except FilterError:
        return

    assert wanted.matches(line) in (True, False)


@given(st.dictionaries(st.sampled_from("abc"), st.integers(-9, 9)), st.integers(-9, 9))
def test_numbers_are_compared_as_python_does(line: dict[str, int], limit: int) -> None:
    text = json.dumps(line)
    for sign, holds in ((">", int.__gt__), ("<=", int.__le__), ("=", int.__eq__), ("!=", int.__ne__)):
        expected = "a" in line and holds(line["a"], limit)
        assert parse_filter(f"{{ $.a {sign} {limit} }}").matches(text) is expected


def logs(twin: Any) -> Any:
    client = twin.aws.client("logs")
    client.create_log_group(logGroupName="app")
    client.create_log_stream(logGroupName="app", logStreamName="s")
    return client


def write(twin: Any, *messages: str) -> None:
    stamp = int(twin.clock.now.timestamp() * 1000)
    events = [{"timestamp": stamp, "message": message} for message in messages]
    twin.aws.client("logs").put_log_events(logGroupName="app", logStreamName="s", logEvents=events)


def metric_filter(client: Any, pattern: str, **more: Any) -> None:
    made = {"metricName": "Lines", "metricNamespace": "App", "metricValue": "1", **more}
    client.put_metric_filter(
        logGroupName="app", filterName="f", filterPattern=pattern, metricTransformations=[made]
    )


def published(twin: Any, *dimensions: dict[str, str]) -> float | None:
    from twin.alarms import MetricName  # noqa: PLC0415 - beside its only use

    now = int(twin.clock.now.timestamp())
    found: float | None = twin.metrics.read(MetricName.of("App", "Lines", dimensions), now, now + 60, "Sum")
    return found


def test_written_lines_are_counted(small_twin: Any) -> None:
    metric_filter(logs(small_twin), "ERROR -ignored")
    write(small_twin, "ERROR one", "ERROR ignored", "fine", "ERROR two")
    assert published(small_twin) == 2


def test_a_value_and_a_dimension_come_from_the_line(small_twin: Any) -> None:
    metric_filter(logs(small_twin), "[kind, ms]", metricValue="$ms", dimensions={"Kind": "$kind"})
    write(small_twin, "read 30", "write 5", "read 12", "read slow")
    assert published(small_twin, {"Name": "Kind", "Value": "read"}) == 42
    assert published(small_twin, {"Name": "Kind", "Value": "write"}) == 5


def test_lines_that_do_not_match_publish_the_default(small_twin: Any) -> None:
    metric_filter(logs(small_twin), "ERROR", defaultValue=0.0)
    assert published(small_twin) is None
    write(small_twin, "fine")
    assert published(small_twin) == 0


@pytest.mark.parametrize(
    ("pattern", "more", "says"),
    [
        ("a.b", {}, "double quotes"),
        ("ERROR", {"metricValue": "$.ms"}, "no such field"),
        ("[a, b]", {"metricValue": "$c"}, "no such field"),
        ("ERROR", {"dimensions": {"Kind": "$.kind"}}, "the pattern lacks"),
        ("{ $.a = 1 }", {"dimensions": {"A": "$.a"}, "defaultValue": 0.0}, "has no DefaultValue"),
        ("{ $.a = 1 }", {"dimensions": dict.fromkeys("ABCD", "$.a")}, "3 Dimensions at most"),
    ],
)
def test_the_api_refuses_a_filter_that_would_do_nothing(
    pattern: str, more: dict[str, Any], says: str, small_twin: Any
) -> None:
    client = logs(small_twin)
    with pytest.raises(ClientError, match=says) as refused:
        metric_filter(client, pattern, **more)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterException"


def test_lines_are_found_again_by_pattern(small_twin: Any) -> None:
    client = logs(small_twin)
    write(small_twin, '{"a": 1}', '{"a": 2}', "text")
    found = client.filter_log_events(logGroupName="app", filterPattern="{ $.a > 1 }")["events"]
    assert [event["message"] for event in found] == ['{"a": 2}']


def test_a_subscription_gets_only_what_its_pattern_matches(small_twin: Any) -> None:
    client = logs(small_twin)
    client.create_log_group(logGroupName="copy")
    client.create_log_stream(logGroupName="copy", logStreamName="s")
    there = f"arn:aws:logs:{small_twin.aws.region}:{small_twin.aws.account}:log-group:copy:*"
    client.put_subscription_filter(
        logGroupName="app", filterName="f", filterPattern="ERROR", destinationArn=there
    )
    write(small_twin, "ERROR one", "fine")
    copied = client.filter_log_events(logGroupName="copy")["events"]
    assert [event["message"] for event in copied] == ["ERROR one"]
