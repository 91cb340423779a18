"""JSONPath's intrinsic functions and variables, and JSONata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Bench

INTRINSICS = [
    ("States.Format('{}-{}', $.a, 1)", "x-1"),
    ("States.StringToJson($.json)", {"k": 1}),
    ("States.JsonToString($.o)", '{"k":1}'),
    ("States.Array(1, $.a)", [1, "x"]),
    ("States.ArrayContains($.l, 2)", True),
    ("States.ArrayLength($.l)", 3),
    ("States.ArrayGetItem($.l, 1)", 2),
    ("States.ArrayPartition($.l, 2)", [[1, 2], [3]]),
    ("States.ArrayRange(1, 5, 2)", [1, 3, 5]),
    ("States.ArrayUnique($.d)", [1, 2]),
    ("States.MathAdd(1, -2)", -1),
    ("States.Base64Encode($.a)", "eA=="),
    ("States.Base64Decode('eA==')", "x"),
    ("States.Hash($.a, 'SHA-1')", "11f6ad8ec52a2984abaafd7c3b516503785c2072"),
    ("States.JsonMerge($.o, $.p, false)", {"k": 1, "m": 2}),
    ("States.StringSplit('a,b', ',')", ["a", "b"]),
]
GIVEN = {"a": "x", "json": '{"k": 1}', "o": {"k": 1}, "p": {"m": 2}, "l": [1, 2, 3], "d": [1, 2, 2]}


@pytest.mark.parametrize(("expression", "expected"), INTRINSICS, ids=[name for name, _ in INTRINSICS])
def test_an_intrinsic_function(bench: Bench, expression: str, expected: Any) -> None:
    run = bench.run({"P": {"Type": "Pass", "Parameters": {"r.$": expression}, "End": True}}, GIVEN)
    assert run.status == "SUCCEEDED", run.cause
    got = run.output["r"]
    assert (sorted(got) if expression.startswith("States.ArrayUnique") else got) == expected


def test_an_assigned_variable_lives_on_through_later_states(bench: Bench) -> None:
    run = bench.run(
        {
            "Keep": {
                "Type": "Pass",
                "Assign": {"nodes.$": "$.n", "who.$": "$.who"},
                "Next": "Use",
            },
            "Use": {"Type": "Pass", "Parameters": {"n.$": "$nodes", "who.$": "$who"}, "End": True},
        },
        {"n": 3, "who": 'a "b"\nc'},
    )
    assert run.output == {"n": 3, "who": 'a "b"\nc'}


def test_the_context_object_names_machine_execution_and_state(bench: Bench) -> None:
    parameters = {"e.$": "$$.Execution.Id", "s.$": "$$.State.Name", "m.$": "$$.StateMachine.Name"}
    run = bench.run({"P": {"Type": "Pass", "Parameters": parameters, "End": True}})
    assert run.output == {"e": run.arn, "s": "P", "m": "machine-1"}


def jsonata(bench: Bench, expression: str, given: Any = None) -> Any:
    state = {"Type": "Pass", "Output": {"r": "{% " + expression + " %}"}, "End": True}
    run = bench.run({"P": state}, given, QueryLanguage="JSONata")
    assert run.status == "SUCCEEDED", run.cause
    return run.output["r"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("$states.input.n + 1", 4),
        ("$states.input.groups[desired > 1].name", "a"),
        ("$count($states.input.groups)", 2),
        ("$sum($states.input.groups.desired)", 3),
        ("$states.input.n > 2 ? 'many' : 'few'", "many"),
        ("$join($states.input.groups.name, '+')", "a+b"),
        ("$partition([1,2,3], 2)", [[1, 2], [3]]),
        ("$range(1, 3, 1)", [1, 2, 3]),
        ("$hash('x', 'SHA-1')", "11f6ad8ec52a2984abaafd7c3b516503785c2072"),
        ("$parse('{\"k\": 1}').k", 1),
        ("$length($uuid())", 36),
        ("$states.input.quote", 'say "hi"\n'),
        ("$now()", "2026-06-05T10:00:00.000Z"),
    ],
)
def test_a_jsonata_expression(bench: Bench, expression: str, expected: Any) -> None:
    given = {
        "n": 3,
        "groups": [{"name": "a", "desired": 2}, {"name": "b", "desired": 1}],
        "quote": 'say "hi"\n',
    }
    assert jsonata(bench, expression, given) == expected


def test_jsonata_drives_a_whole_machine(bench: Bench) -> None:
    arn = bench.function("work", "def handler(e, c): return {'twice': e['n'] * 2}\n")
    run = bench.run(
        {
            "Work": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Arguments": {"FunctionName": arn, "Payload": {"n": "{% $states.input.n %}"}},
                "Assign": {"twice": "{% $states.result.Payload.twice %}"},
                "Output": "{% $states.result.Payload %}",
                "Next": "Ask",
            },
            "Ask": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $twice = 42 %}", "Next": "Wait"}],
                "Default": "Wrong",
            },
            "Wait": {"Type": "Wait", "Seconds": "{% $twice %}", "Next": "Done"},
            "Wrong": {"Type": "Fail"},
            "Done": {"Type": "Succeed", "Output": "{% {'twice': $twice} %}"},
        },
        {"n": 21},
        QueryLanguage="JSONata",
    )
    assert (run.status, run.output) == ("SUCCEEDED", {"twice": 42})
    assert run.seconds == pytest.approx(42 + 1.3)


def test_a_broken_jsonata_expression_is_a_query_evaluation_error(bench: Bench) -> None:
    state = {"Type": "Pass", "Output": "{% $undefined(1) %}", "End": True}
    run = bench.run({"P": state}, QueryLanguage="JSONata")
    assert (run.status, run.error) == ("FAILED", "States.QueryEvaluationError")
