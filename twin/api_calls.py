"""Every AWS call of the process passes here: replaced, watched, or broken on purpose.

The hook stands where botocore turns a method call into an operation, so that handlers, state machines and the
twin's own parts are all seen alike. What no overlay replaces goes on to moto.
"""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.client import BaseClient
from botocore.exceptions import ReadTimeoutError

from twin.api_answers import Answers
from twin.api_faults import Fault, FaultKind, ProcessCrash, client_error
from twin.api_records import Call, CallContext
from twin.errors import TwinFault
from twin.identity import role_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twin.api_answers import Guard, Overlay, Transport
    from twin.clock import Clock

_HOOK = "_make_api_call"
"""The private method of botocore's client through which every operation goes."""

_MARK = "belongs_to_a_twin"


@dataclass
class ApiCalls:
    """The hook; `install` puts it in and `close` takes it out.

    Args:
        clock: Its time stamps the calls.
        account: The account that all of it happens in.
    """

    clock: Clock
    account: str = "123456789012"
    _answers: Answers = field(default_factory=Answers)
    _listeners: list[Callable[[Call], None]] = field(default_factory=list)
    _faults: list[Fault] = field(default_factory=list)
    _function: str | None = None
    _crashed: bool = False
    _count: int = 0

    def install(self) -> None:
        """Puts the hook into botocore, for clients made before and after alike.

        Raises:
            TwinFault: A hook is there already; the twins of one process take turns.
        """
        original: Transport = getattr(BaseClient, _HOOK)
        if hasattr(original, _MARK):
            raise TwinFault("Another twin watches the AWS calls of this process: close it first.")

        def make_api_call(client: Any, operation_name: str, api_params: dict[str, Any]) -> dict[str, Any]:
            return self._call(client, operation_name, api_params)

        setattr(make_api_call, _MARK, True)
        self._answers.transport = original
        setattr(BaseClient, _HOOK, make_api_call)

    def close(self) -> None:
        """Takes the hook out; a second call does nothing."""
        if self._answers.transport is not None:
            setattr(BaseClient, _HOOK, self._answers.transport)
            self._answers.transport = None

    def overlay(self, service: str, operation: str, function: Overlay) -> None:
        """Lets `function` answer an operation instead of moto.

        Args:
            service: As botocore names it, e.g. `eks`.
            operation: As the API names it, e.g. `DescribeNodegroup`.
            function: Is given the parameters, already valid for the operation's shape and with botocore's own
                idempotency tokens filled in, and who calls. It returns the members of the output shape, new
                objects each time, or raises ApiError.
        """
        self._answers.overlays[service, operation] = function

    def guard(self, service: str, operation: str, function: Guard) -> None:
        """Lets `function` refuse what AWS refuses and moto would take.

        It is given valid parameters, before any effect, and raises ApiError. An operation may have several.
        """
        self._answers.guards.setdefault((service, operation), []).append(function)

    def shortcut(self, service: str, operation: str, function: Overlay) -> None:
        """Lets `function` give moto's answer without the way over HTTP.

        It gets valid parameters only, and whatever it raises sends the call the long way: it has to raise
        before it has an effect.
        """
        self._answers.shortcuts[service, operation] = function

    def observe(self, listener: Callable[[Call], None]) -> None:
        """Tells `listener` of every call, before and after it."""
        self._listeners.append(listener)

    def inject(self, fault: Fault) -> Fault:
        """Breaks the calls that `fault` describes, until it is spent or lifted."""
        self._faults.append(fault)
        return fault

    def lift(self, fault: Fault) -> None:
        """Takes a fault back."""
        self._faults.remove(fault)

    @contextmanager
    def made_by(self, function: str) -> Iterator[None]:
        """Counts the calls of the running task as those of the Lambda function's handler."""
        before, mine = (self._function, self._crashed), (function, False)

        def enter() -> None:
            self._function, self._crashed = mine

        def leave() -> None:
            nonlocal mine
            mine = (function, self._crashed)
            self._function, self._crashed = before

        with self.clock.scope(enter, leave):
            yield

    def _call(self, client: Any, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        if self._crashed:
            # Python still unwinds the dead process's `finally` blocks; they have no effect any more.
            raise ProcessCrash("the process is gone")
        self._count += 1
        service = client.meta.service_model.service_name
        call = Call(self._count, self.clock.now, service, operation, params, self._context_of(client))
        for listener in self._listeners:
            listener(call)
        try:
            call.result = self._perform(client, call)
        except BaseException as error:
            call.error = error
            self._crashed = self._function is not None and isinstance(error, ProcessCrash)
            raise
        finally:
            call.finished = True
            for listener in self._listeners:
                listener(call)
        return call.result

    def _perform(self, client: Any, call: Call) -> dict[str, Any]:
        struck = (
            fault.strikes(call.service, call.operation, call.context.function) for fault in self._faults
        )
        fault = next(itertools.compress(self._faults, struck), None)
        if fault is None:
            return self._answers.answer(client, call)
        match fault.kind:
            case FaultKind.THROTTLE | FaultKind.SERVER_ERROR:
                raise client_error(client, call.operation, fault.error(), call.number)
            case FaultKind.CRASH_BEFORE:
                raise ProcessCrash(f"before {call.service}:{call.operation}")
        self._answers.answer(client, call)
        match fault.kind:
            case FaultKind.TIMEOUT:
                raise ReadTimeoutError(endpoint_url=client.meta.endpoint_url)
            case FaultKind.CRASH_AFTER:
                raise ProcessCrash(f"after {call.service}:{call.operation}")
            case FaultKind.DUPLICATE:
                return self._answers.answer(client, call)

    def _context_of(self, client: Any) -> CallContext:
        credentials = client._request_signer._credentials  # noqa: SLF001 - botocore has no public way
        return CallContext(
            clock=self.clock,
            region=client.meta.region_name,
            account=self.account,
            function=self._function,
            role=role_of(getattr(credentials, "access_key", None)),
        )
