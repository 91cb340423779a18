"""Lambda's Invoke, answered by a runner: for API calls, and for whatever in moto calls a function."""

from __future__ import annotations

import base64
import io
import json
from typing import TYPE_CHECKING, Any, Protocol

from botocore.response import StreamingBody
from moto.awslambda.models import LambdaFunction, lambda_backends

from twin.api_faults import ApiError
from twin.functions.spec import FunctionSpec
from twin.patches import Patches

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.api_calls import ApiCalls
    from twin.api_records import CallContext
    from twin.clock import Clock
    from twin.functions.spec import Invocation

_MOTO_HOOK = "_invoke_lambda"
"""moto's private method through which SNS, SQS and its own Invoke call a function."""

_RETRIES_S = (60, 120)
"""The pauses before an asynchronous invocation is tried again (Lambda's documented two retries)."""


class Runner(Protocol):
    """Runs one invocation: in process, or isolated."""

    def run(self, spec: FunctionSpec, event: Any) -> Invocation:
        """Runs the function and waits for it."""
        ...


class LambdaService:
    """Puts a runner behind Lambda; `close` takes it away.

    Args:
        runner: Runs the functions.
        on_dropped: Is given the function, the event and the last failure of an asynchronous invocation
            that failed for good: where a dead-letter queue comes in.
    """

    def __init__(
        self,
        clock: Clock,
        api_calls: ApiCalls,
        runner: Runner,
        on_dropped: Callable[[str, Any, Invocation], None] = lambda _name, _event, _failure: None,
    ) -> None:
        self._clock = clock
        self._account = api_calls.account
        self._runner = runner
        self._on_dropped = on_dropped
        self._patches = Patches()
        api_calls.overlay("lambda", "Invoke", self._answer)
        self._patches.set(
            LambdaFunction, _MOTO_HOOK, lambda function, event=None: self._moto(function, event)
        )

    def close(self) -> None:
        """Gives moto its own way of invoking back."""
        self._patches.close()

    def invoke(self, function_name: str, event: Any, region: str) -> Invocation:
        """Invokes a function that is deployed in moto and waits for it.

        Args:
            function_name: Its name or ARN, with the number of a version or the name of an alias if wanted.
            event: What the handler is given.
            region: Where it is deployed.

        Raises:
            ApiError: There is no such function.
        """
        return self._runner.run(self._spec(function_name, region), event)

    def _spec(self, function_name: str, region: str, qualifier: str | None = None) -> FunctionSpec:
        name, _, named = function_name.rsplit(":function:", maxsplit=1)[-1].partition(":")
        try:
            function = lambda_backends[self._account][region].get_function(name, named or qualifier)
        except Exception as error:
            message = f"Function not found: {function_name}"
            raise ApiError("ResourceNotFoundException", message, 404) from error
        return _spec_of(function)

    def _answer(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        spec = self._spec(params["FunctionName"], context.region, params.get("Qualifier"))
        payload = params.get("Payload") or b"{}"
        event = json.loads(payload if isinstance(payload, str | bytes) else payload.read())
        if params.get("InvocationType") == "Event":
            self._clock.spawn(lambda: self._deliver(spec, event), name=f"asynchronous {spec.name}")
            return {"StatusCode": 202, "Payload": _body("")}
        invocation = self._runner.run(spec, event)
        answer = {"StatusCode": 200, "ExecutedVersion": spec.version, "Payload": _body(invocation.payload)}
        if invocation.error:
            answer["FunctionError"] = invocation.error
        if params.get("LogType") == "Tail":
            answer["LogResult"] = base64.b64encode(invocation.logs.encode()).decode()
        return answer

    def _deliver(self, spec: FunctionSpec, event: Any) -> None:
        invocation = self._runner.run(spec, event)
        for pause in _RETRIES_S:
            if invocation.error is None:
                return
            self._clock.sleep(pause)
            invocation = self._runner.run(spec, event)
        if invocation.error is not None:
            self._on_dropped(spec.name, event, invocation)

    def _moto(self, function: Any, event: Any) -> tuple[str, bool, str]:
        given = json.loads(event or "{}") if isinstance(event, str | bytes | None) else event
        invocation = self._runner.run(_spec_of(function), given)
        return invocation.payload, invocation.error is not None, invocation.logs


def _spec_of(function: Any) -> FunctionSpec:
    return FunctionSpec(
        name=function.function_name,
        arn=function.function_arn,
        handler=function.handler,
        role=function.role,
        region=function.region,
        timeout_s=float(function.timeout),
        memory_mb=int(function.memory_size),
        environment=dict(function.environment_vars),
        version=str(function.version),
    )


def _body(text: str) -> StreamingBody:
    data = text.encode()
    return StreamingBody(io.BytesIO(data), len(data))
