"""Pass, Choice, Succeed, Fail, and the data that goes through them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Bench


def test_data_goes_through_input_path_result_path_and_output_path(bench: Bench) -> None:
    run = bench.run(
        {
            "Take": {
                "Type": "Pass",
                "InputPath": "$.inner",
                "Parameters": {"doubled.$": "$.x", "fixed": 1},
                "ResultPath": "$.result",
                "OutputPath": "$.result",
                "Next": "Done",
            },
            "Done": {"Type": "Succeed"},
        },
        {"inner": {"x": 21}},
    )
    assert (run.status, run.output, run.steps) == ("SUCCEEDED", {"doubled": 21, "fixed": 1}, ["Take", "Done"])


def test_fail_ends_with_its_error_and_cause(bench: Bench) -> None:
    run = bench.run({"Stop": {"Type": "Fail", "Error": "SafetyRefusal", "Cause": "held by alice"}})
    assert (run.status, run.error, run.cause) == ("FAILED", "SafetyRefusal", "held by alice")


RULES: list[tuple[dict[str, Any], Any, bool]] = [
    ({"StringEquals": "a"}, "a", True),
    ({"StringEquals": "a"}, "b", False),
    ({"StringEqualsPath": "$.other"}, "o", True),
    ({"StringLessThan": "b"}, "a", True),
    ({"StringMatches": "ng-*"}, "ng-app", True),
    ({"NumericEquals": 3}, 3, True),
    ({"NumericGreaterThan": 3}, 3, False),
    ({"NumericGreaterThanEquals": 3}, 3, True),
    ({"NumericLessThan": 3}, 2, True),
    ({"NumericLessThanEqualsPath": "$.limit"}, 5, True),
    ({"BooleanEquals": True}, True, True),
    ({"BooleanEquals": True}, False, False),
    ({"TimestampLessThan": "2026-06-06T00:00:00Z"}, "2026-06-05T00:00:00Z", True),
    ({"TimestampGreaterThanEqualsPath": "$.at"}, "2026-06-05T00:00:00Z", True),
    ({"IsNull": True}, None, True),
    ({"IsString": True}, "x", True),
    ({"IsNumeric": True}, "x", False),
    ({"IsBoolean": True}, True, True),
    ({"IsTimestamp": True}, "2026-06-05T00:00:00Z", True),
    ({"IsPresent": True}, 1, True),
]


@pytest.mark.parametrize(("rule", "value", "expected"), RULES, ids=[str(rule[0]) for rule in RULES])
def test_a_comparator_compares(bench: Bench, *, rule: dict[str, Any], value: Any, expected: bool) -> None:
    run = bench.run(
        {
            "Ask": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.x", **rule, "Next": "Yes"}],
                "Default": "No",
            },
            "Yes": {"Type": "Succeed"},
            "No": {"Type": "Succeed"},
        },
        {"x": value, "other": "o", "limit": 5, "at": "2026-06-05T00:00:00Z"},
    )
    assert run.steps == ["Ask", "Yes" if expected else "No"]


def choose(bench: Bench, rule: dict[str, Any], given: Any) -> Any:
    return bench.run(
        {
            "Ask": {"Type": "Choice", "Choices": [{**rule, "Next": "Yes"}], "Default": "No"},
            "Yes": {"Type": "Succeed"},
            "No": {"Type": "Succeed"},
        },
        given,
    )


def test_and_or_and_not_combine(bench: Bench) -> None:
    rule = {
        "And": [
            {"Not": {"Variable": "$.held", "BooleanEquals": True}},
            {
                "Or": [
                    {"Variable": "$.nodes", "NumericGreaterThan": 0},
                    {"Variable": "$.forced", "IsPresent": True},
                ]
            },
        ]
    }
    assert choose(bench, rule, {"held": False, "nodes": 0, "forced": 1}).steps[-1] == "Yes"
    assert choose(bench, rule, {"held": False, "nodes": 0}).status == "SUCCEEDED"
    assert choose(bench, rule, {"held": True, "nodes": 3}).steps[-1] == "No"


def test_a_missing_variable_fails_the_machine_unless_its_presence_is_asked_first(bench: Bench) -> None:
    assert choose(bench, {"Variable": "$.x", "NumericEquals": 1}, {}).error == "States.Runtime"
    careful = {"And": [{"Variable": "$.x", "IsPresent": True}, {"Variable": "$.x", "NumericEquals": 1}]}
    assert choose(bench, careful, {}).steps[-1] == "No"


def test_no_match_and_no_default_is_its_own_error(bench: Bench) -> None:
    run = bench.run(
        {
            "Ask": {"Type": "Choice", "Choices": [{"Variable": "$.x", "NumericEquals": 1, "Next": "Yes"}]},
            "Yes": {"Type": "Succeed"},
        },
        {"x": 2},
    )
    assert (run.status, run.error) == ("FAILED", "States.NoChoiceMatched")


def test_more_than_256_kb_between_states_is_refused(bench: Bench) -> None:
    run = bench.run({"Take": {"Type": "Pass", "Result": {"x": "y" * 262_144}, "End": True}})
    assert (run.status, run.error) == ("FAILED", "States.DataLimitExceeded")
