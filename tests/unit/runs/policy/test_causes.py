"""Causes: whatever Step Functions hands on becomes one sentence, and the same trouble stays the same."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.runs.policy.causes import OURS, kind_of, sentence_of
from functions.runs.policy.links import execution_link, runbook_link

TRACE = "Traceback (most recent call last):\n  File x\n"
NAMES = st.sampled_from([*sorted(OURS), "States.Timeout", "Lambda.Unknown", "KeyError", None])


def lambda_cause(message: str, **more: object) -> str:
    """What Step Functions hands on of a function that raised."""
    trace = ['  File "/var/task/functions/runtime/entrypoint.py", line 56, in handler\n    raise error\n']
    return json.dumps(
        {"errorMessage": message, "errorType": "X", "requestId": "7", "stackTrace": trace, **more}
    )


@pytest.mark.parametrize(
    ("error", "cause", "sentence"),
    [
        ("SafetyRefusal", lambda_cause("dev is paused by aoi"), "dev is paused by aoi."),
        ("SafetyRefusal", lambda_cause("Loosen the budget.."), "Loosen the budget."),
        ("TemporaryError", "plain text, from a Pass state", "plain text, from a Pass state."),
        ("KeyError", lambda_cause("'mode'"), "'mode' (KeyError)."),
        ("States.Timeout", "", "a step did not answer within its time (States.Timeout)."),
        ("States.Timeout", None, "a step did not answer within its time (States.Timeout)."),
        ("TIMED_OUT", None, "the execution did not end within its time (TIMED_OUT)."),
        (None, None, "no cause was given (unknown)."),
        ("X", f"{TRACE}ValueError: no", "ValueError: no (X)."),
        ("X", lambda_cause(f"{TRACE}ValueError: no"), "ValueError: no (X)."),
        ("X", '{"errorMessage": "cut off in the mid', "cut off in the mid (X)."),
        ("X", '{"Cluster": "no sentence in it"}', "no cause was given (X)."),
        ("X", "[1, 2]", "no cause was given (X)."),
        ("Sandbox.Timedout", lambda_cause("RequestId: 7 Error: Task timed out after 60.00 seconds"),
         "RequestId: 7 Error: Task timed out after 60.00 seconds (Sandbox.Timedout)."),
    ],
)  # fmt: skip
def test_a_cause_is_one_sentence(error: str | None, cause: str | None, sentence: str) -> None:
    assert sentence_of(error, cause) == sentence


@given(NAMES, st.text(max_size=2000))
def test_no_cause_becomes_json_a_stack_trace_or_several_lines(error: str | None, text: str) -> None:
    for cause in (text, lambda_cause(text), lambda_cause(text)[:80]):
        sentence = sentence_of(error, cause)
        assert "\n" not in sentence
        assert "stackTrace" not in sentence or "stackTrace" in text
        assert sentence.endswith(".")
        assert not sentence.endswith("..")
        assert len(sentence) < 700


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=5),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=5),
)
def test_other_nodes_and_other_numbers_are_the_same_cause(one: list[int], two: list[int]) -> None:
    def blocked(nodes: list[int]) -> str:
        listed = ", ".join(f"ip-10-0-{node}" for node in nodes)
        return f"{listed} could not be drained within {nodes[0]} minutes and stay up: pod-{nodes[-1]}"

    assert kind_of("SafetyRefusal", blocked(one)) == kind_of("SafetyRefusal", blocked(two))
    assert kind_of("SafetyRefusal", blocked(one)) != kind_of("TemporaryError", blocked(one))
    assert kind_of("SafetyRefusal", blocked(one)) != kind_of("SafetyRefusal", "dev is paused by aoi")


def test_an_execution_links_to_the_console_of_its_partition_and_a_runbook_to_where_docs_are() -> None:
    arn = "arn:aws-cn:states:cn-north-1:1:execution:toban-dev-night-scaling:x"
    assert execution_link(arn).startswith(
        "https://cn-north-1.console.amazonaws.cn/states/home?region=cn-north-1#"
    )
    assert execution_link("no arn") == "no arn"
    assert execution_link("arn:other:states:x:1:execution:m:n") == "arn:other:states:x:1:execution:m:n"
    assert runbook_link("x", docs_url="https://d.example/docs/") == "https://d.example/docs/runbooks/x.md"
    assert runbook_link("x", docs_url="") == "docs/runbooks/x.md in Toban's repository"
