"""Where the answer to an AWS call comes from: an overlay of the twin, a shortcut into moto, or moto."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ParamValidationError
from botocore.validate import ParamValidator

from twin.api_faults import ApiError, client_error, metadata_of
from twin.api_records import CallContext
from twin.errors import TwinFault

Guard = Callable[[dict[str, Any]], None]
"""Looks at the valid parameters of one operation, and raises ApiError where AWS refuses them."""

Overlay = Callable[[dict[str, Any], CallContext], dict[str, Any]]
"""Answers one operation: of its valid parameters and who calls, the members of the output shape."""

Transport = Callable[[Any, str, dict[str, Any]], dict[str, Any]]
"""Botocore's own way of making a call, which moto intercepts: of client, operation and parameters."""

if TYPE_CHECKING:
    from twin.api_records import Call


class Answers:
    """Answers calls by their service and operation.

    Attributes:
        guards: Refuse calls that AWS refuses and moto would take.
        overlays: Answer instead of moto.
        shortcuts: Give moto's answer without the way over HTTP.
        transport: Leads to moto; None while no hook is installed.
    """

    def __init__(self) -> None:
        self.guards: dict[tuple[str, str], list[Guard]] = {}
        self.overlays: dict[tuple[str, str], Overlay] = {}
        self.shortcuts: dict[tuple[str, str], Overlay] = {}
        self.transport: Transport | None = None
        self._validator = ParamValidator()

    def answer(self, client: Any, call: Call) -> dict[str, Any]:
        """Returns the answer to a call, as boto3 hands it to the caller.

        Raises:
            botocore.exceptions.ClientError: The service refuses the call.
            botocore.exceptions.ParamValidationError: Its parameters do not fit the operation.
            TwinFault: An overlay answers what the operation does not know, or the twin has closed.
        """
        self._refuse(client, call)
        overlay = self.overlays.get((call.service, call.operation))
        if overlay is None:
            return self._answer_of_moto(client, call)
        model = client.meta.service_model.operation_model(call.operation)
        params = dict(call.params)
        for token in model.idempotent_members:
            params.setdefault(token, f"twin-{call.number:012d}-{call.operation.lower()}")
        if model.input_shape is not None:
            report = self._validator.validate(params, model.input_shape)
            if report.has_errors():
                raise ParamValidationError(report=report.generate_report())
        try:
            answer = overlay(params, call.context)
        except ApiError as error:
            raise client_error(client, call.operation, error, call.number) from error
        unknown = set(answer) - set(model.output_shape.members if model.output_shape else ())
        if unknown:
            text = f"The overlay of {call.service}:{call.operation} answers unknown {sorted(unknown)}."
            raise TwinFault(text)
        return {**answer, "ResponseMetadata": metadata_of(200, call.number)}

    def _refuse(self, client: Any, call: Call) -> None:
        """Asks all guards of the operation; parameters that fit no shape are refused elsewhere."""
        guards = self.guards.get((call.service, call.operation))
        if guards is None:
            return
        shape = client.meta.service_model.operation_model(call.operation).input_shape
        if self._validator.validate(call.params, shape).has_errors():
            return
        try:
            for guard in guards:
                guard(call.params)
        except ApiError as error:
            raise client_error(client, call.operation, error, call.number) from error

    def _answer_of_moto(self, client: Any, call: Call) -> dict[str, Any]:
        if self.transport is None:
            raise TwinFault(f"{call.service}:{call.operation} was called after the twin had closed.")
        shortcut = self.shortcuts.get((call.service, call.operation))
        model = client.meta.service_model.operation_model(call.operation)
        if shortcut and not self._validator.validate(call.params, model.input_shape).has_errors():
            try:
                answer = shortcut(call.params, call.context)
            except Exception:  # noqa: BLE001 - the long way finds the same error and says it properly
                return self.transport(client, call.operation, call.params)
            known = {key: value for key, value in answer.items() if key in model.output_shape.members}
            return {**known, "ResponseMetadata": metadata_of(200, call.number)}
        return self.transport(client, call.operation, call.params)
