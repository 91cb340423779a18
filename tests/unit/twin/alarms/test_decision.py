"""The state of an alarm follows from its data points by CloudWatch's rules."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.alarms.decision import Condition, decide
from twin.alarms.expression import compile_math
from twin.alarms.log_filter import log_line_matches
from twin.alarms.math_syntax import MathError
from twin.alarms.rule import RuleError, parse_rule


@pytest.mark.parametrize(
    ("points", "to_alarm", "missing", "current", "expected"),
    [
        ([1, 6, 7], 2, "missing", "OK", "ALARM"),
        ([1, 2, 7], 2, "missing", "OK", "OK"),
        ([None, None, None], 2, "missing", "OK", "INSUFFICIENT_DATA"),
        ([None, None, None], 2, "notBreaching", "ALARM", "OK"),
        ([None, None, None], 2, "breaching", "OK", "ALARM"),
        ([None, None, None], 2, "ignore", "ALARM", "ALARM"),
        ([None, 6, None], 2, "breaching", "OK", "ALARM"),
        ([None, 6, None], 2, "ignore", "ALARM", "ALARM"),
        ([None, 6, None], 2, "notBreaching", "ALARM", "OK"),
        ([5, 5, 5], 1, "missing", "ALARM", "OK"),
    ],
)
def test_m_of_n_and_missing_data(
    points: list[float | None], to_alarm: int, missing: str, current: str, expected: str
) -> None:
    condition = Condition("GreaterThanThreshold", 5, 3, to_alarm, missing)
    state = decide(points, condition, current)
    assert state.value == expected
    assert state.reason


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(-10, 10)), min_size=1, max_size=6),
    st.sampled_from(["missing", "ignore", "breaching", "notBreaching"]),
    st.sampled_from(["OK", "ALARM", "INSUFFICIENT_DATA"]),
)
def test_a_higher_demand_never_alarms_sooner(points: list[float | None], missing: str, current: str) -> None:
    states = [
        decide(points, Condition("LessThanThreshold", 0, len(points), n, missing), current).value
        for n in range(1, len(points) + 1)
    ]
    if current != "ALARM":
        assert states == sorted(states, key=lambda state: state != "ALARM")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("m1 / m2 * 100", [50, None]),
        ("IF(m2 > 3, m1, 0)", [2, None]),
        ("FILL(m2, 8) - m1", [2, 5]),
        ("SUM([m1, m2])", [6, 3]),
        ("MAX(METRICS())", [4, 3]),
        ("SUM(m1)", [5, 5]),
        ("m1 > 2 AND m1 < 9", [0, 1]),
        ("-m1", [-2, -3]),
        ("m1 / 0", [None, None]),
    ],
)
def test_metric_math(text: str, expected: list[float | None]) -> None:
    assert compile_math(text).evaluate({"m1": [2, 3], "m2": [4, None]}, [0, 60], 60) == expected


@pytest.mark.parametrize(
    "text", ["__import__('os')", "m1.x", "m1[0]", "ANOMALY(m1)", "m1 +", "'text'", "lambda: 1", ""]
)
def test_metric_math_takes_nothing_else(text: str) -> None:
    with pytest.raises(MathError):
        compile_math(text)


def test_the_rule_of_a_composite_alarm() -> None:
    rule = parse_rule('ALARM("a b") OR NOT OK(c) AND (ALARM(d) OR FALSE)')
    assert rule.alarms == {"a b", "c", "d"}
    assert rule.holds({"a b": "OK", "c": "ALARM", "d": "ALARM"}.__getitem__)
    assert not rule.holds({"a b": "OK", "c": "OK", "d": "ALARM"}.__getitem__)


@pytest.mark.parametrize("text", ["", "ALARM(a", "ALARM(a) OK(b)", "BROKEN(a)", "ALARM(a) AND", "(ALARM(a)"])
def test_a_broken_rule_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        parse_rule(text)


def test_a_filter_pattern_reads_json_lines() -> None:
    pattern = '{ ($.type = "platform.report") && ($.record.status != "success") }'
    assert log_line_matches(pattern, {"type": "platform.report", "record": {"status": "error"}})
    assert not log_line_matches(pattern, {"type": "platform.report", "record": {"status": "success"}})
    assert not log_line_matches(pattern, {"type": "other", "record": {"status": "error"}})
    assert log_line_matches("{ $.n > 3 || $.n = 1 }", {"n": 1})
