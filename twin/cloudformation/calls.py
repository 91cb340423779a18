"""Calls AWS APIs with fitted input; the only place of the deployer that talks to boto3."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from twin.cloudformation.dynamic_references import resolve_references
from twin.cloudformation.fit import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin.cloudformation.places import Route
    from twin.cloudformation.provider import Aws


class UnknownOperationError(LookupError):
    """No AWS service offers the named operation."""


@functools.cache
def shared_session() -> Any:
    """Returns the botocore session behind boto3's clients: it keeps the models, which are slow to read."""
    import boto3  # noqa: PLC0415 - a check of a template without resources needs none of it

    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
    default: Any = boto3.DEFAULT_SESSION
    return default._session  # noqa: SLF001 - boto3 shows it nowhere else


@functools.cache
def service_model(service: str) -> Any:
    """Returns the published model of a service, without a client."""
    return shared_session().get_service_model(service)


def input_shape(operation: str) -> Any:
    """Returns the input shape of `service.Operation`.

    Raises:
        UnknownOperationError: There is no such operation.
    """
    service, name = operation.split(".")
    try:
        return service_model(service).operation_model(name).input_shape
    except Exception as error:
        raise UnknownOperationError(f"there is no API operation {operation}") from error


def fitted_input(
    operation: str,
    given: Mapping[str, Any],
    route: Route,
    complain: Callable[[Route, str], None],
    *,
    loose: bool = False,
) -> dict[str, Any]:
    """Fits an input onto an operation; see `fit`."""
    shape = input_shape(operation)
    result: dict[str, Any] = fit(dict(given), shape, route, complain, loose=loose) if shape else {}
    return result


def call(aws: Aws, operation: str, given: Mapping[str, Any], *, loose: bool = False) -> dict[str, Any]:
    """Calls `service.Operation` and returns its response.

    Raises:
        ValueError: The input does not fit the operation.
        botocore.exceptions.ClientError: AWS refused the call.
    """
    complaints: list[str] = []
    body = fitted_input(operation, given, (), lambda _, text: complaints.append(text), loose=loose)
    if complaints:
        raise ValueError("; ".join(complaints))
    service, name = operation.split(".")
    response: dict[str, Any] = getattr(aws.client(service), method_name(name))(
        **resolve_references(body, aws)
    )
    return response


@functools.cache
def method_name(operation: str) -> str:
    """Writes `CreateFunction` as boto3's method name `create_function`."""
    from botocore import xform_name  # noqa: PLC0415 - see shared_session

    name: str = xform_name(operation)
    return re.sub(r"[^a-z0-9_]", "", name)
