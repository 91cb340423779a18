"""The hook through which every AWS call passes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ParamValidationError, ReadTimeoutError
from moto import mock_aws

from twin.api_calls import ApiCalls
from twin.api_faults import ApiError, Fault, FaultKind, ProcessCrash
from twin.clock import Clock
from twin.errors import TwinFault
from twin.identity import environment_of, role_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.api_records import Call, CallContext

START = dt.datetime(2026, 6, 5, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiCalls]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-1")
    with mock_aws():
        clock = Clock(START)
        calls = ApiCalls(clock)
        calls.install()
        yield calls
        calls.close()
        clock.close()


def describe(params: dict[str, Any], context: CallContext) -> dict[str, Any]:
    return {"nodegroup": {"nodegroupName": params["nodegroupName"], "createdAt": context.clock.now}}


def test_an_overlay_answers_instead_of_moto(calls: ApiCalls) -> None:
    calls.overlay("eks", "DescribeNodegroup", describe)
    answer = boto3.client("eks").describe_nodegroup(clusterName="prod", nodegroupName="app")
    assert answer["nodegroup"] == {"nodegroupName": "app", "createdAt": START}
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_what_no_overlay_replaces_goes_to_moto(calls: ApiCalls) -> None:
    queue = boto3.client("sqs").create_queue(QueueName="letters")["QueueUrl"]
    assert "letters" in queue
    assert calls.clock.now == START


def test_an_overlay_sees_only_valid_parameters(calls: ApiCalls) -> None:
    calls.overlay("eks", "DescribeNodegroup", describe)
    with pytest.raises(ParamValidationError, match="nodegroupName"):
        boto3.client("eks").describe_nodegroup(clusterName="prod")


def test_an_overlay_that_answers_what_the_api_does_not_know_is_a_fault(calls: ApiCalls) -> None:
    calls.overlay("eks", "DescribeNodegroup", lambda _params, _context: {"nodeGroup": {}})
    with pytest.raises(TwinFault, match=r"DescribeNodegroup answers unknown \['nodeGroup'\]"):
        boto3.client("eks").describe_nodegroup(clusterName="prod", nodegroupName="app")


def test_an_api_error_becomes_the_modeled_exception_of_the_client(calls: ApiCalls) -> None:
    def refuse(_params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        raise ApiError("ResourceNotFoundException", "No node group app.", 404)

    calls.overlay("eks", "DescribeNodegroup", refuse)
    eks = boto3.client("eks")
    with pytest.raises(eks.exceptions.ResourceNotFoundException, match="No node group app") as caught:
        eks.describe_nodegroup(clusterName="prod", nodegroupName="app")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_listeners_hear_of_a_call_before_and_after_it(calls: ApiCalls) -> None:
    heard: list[tuple[str, str, bool, bool]] = []

    def listen(call: Call) -> None:
        heard.append((call.service, call.operation, call.finished, call.error is not None))

    calls.observe(listen)
    with pytest.raises(ClientError):
        boto3.client("dynamodb").describe_table(TableName="missing")
    assert heard == [
        ("dynamodb", "DescribeTable", False, False),
        ("dynamodb", "DescribeTable", True, True),
    ]


def test_the_context_names_the_role_that_signs_and_the_function_that_calls(calls: ApiCalls) -> None:
    seen: list[CallContext] = []

    def answer(params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        seen.append(context)
        return describe(params, context)

    calls.overlay("eks", "DescribeNodegroup", answer)
    keys = environment_of("arn:aws:iam::123456789012:role/night-scaling")
    client = boto3.client(
        "eks",
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
    )
    with calls.made_by("observe"):
        client.describe_nodegroup(clusterName="prod", nodegroupName="app")
    boto3.client("eks").describe_nodegroup(clusterName="prod", nodegroupName="app")
    assert [(c.role, c.function, c.region) for c in seen] == [
        ("night-scaling", "observe", "ap-northeast-1"),
        (None, None, "ap-northeast-1"),
    ]


def test_a_key_of_the_real_world_names_no_role() -> None:
    assert role_of("AKIAIOSFODNN7EXAMPLE") is None
    assert role_of(None) is None


def counting(calls: ApiCalls) -> list[str]:
    effects: list[str] = []

    def create(params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        effects.append(params["nodegroupName"])
        return {"nodegroup": {}}

    calls.overlay("eks", "DeleteNodegroup", create)
    return effects


def delete(name: str = "app") -> None:
    boto3.client("eks").delete_nodegroup(clusterName="prod", nodegroupName=name)


@pytest.mark.parametrize(
    ("kind", "error", "effects"),
    [
        (FaultKind.THROTTLE, ClientError, 0),
        (FaultKind.SERVER_ERROR, ClientError, 0),
        (FaultKind.TIMEOUT, ReadTimeoutError, 1),
        (FaultKind.CRASH_BEFORE, ProcessCrash, 0),
        (FaultKind.CRASH_AFTER, ProcessCrash, 1),
    ],
)
def test_a_fault_has_the_effect_it_says_once(
    calls: ApiCalls, kind: FaultKind, error: type[BaseException], effects: int
) -> None:
    done = counting(calls)
    calls.inject(Fault(kind, service="eks", operation="DeleteNodegroup"))
    with pytest.raises(error):
        delete()
    assert len(done) == effects
    delete()
    assert len(done) == effects + 1


def test_a_duplicate_has_its_effect_twice_and_one_answer(calls: ApiCalls) -> None:
    done = counting(calls)
    calls.inject(Fault(FaultKind.DUPLICATE))
    delete()
    assert done == ["app", "app"]


def test_a_fault_can_skip_calls_wait_for_a_function_and_be_lifted(calls: ApiCalls) -> None:
    done = counting(calls)
    fault = calls.inject(
        Fault(FaultKind.THROTTLE, function="act", skip=1, times=None, code="TooManyRequests")
    )
    delete("by nobody")
    with calls.made_by("act"):
        delete("first")
        for _ in range(2):
            with pytest.raises(ClientError, match="TooManyRequests"):
                delete("second")
    calls.lift(fault)
    with calls.made_by("act"):
        delete("third")
    assert done == ["by nobody", "first", "third"]


def test_the_hook_is_one_at_a_time_and_leaves_no_trace(calls: ApiCalls) -> None:
    with pytest.raises(TwinFault, match="Another twin watches"):
        ApiCalls(calls.clock).install()
    calls.close()
    calls.close()
    assert BaseClient._make_api_call.__module__ == "botocore.client"  # type: ignore[attr-defined]  # private
