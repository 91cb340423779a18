"""What can go wrong with one AWS call, on purpose: rules that say which call, how, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

ANY_FUNCTION = "*"
"""In a fault's `function`: calls of every handler, and of nobody else."""


class ApiError(Exception):
    """What an AWS service answers instead of a result; callers see botocore's own exception for the code.

    Args:
        code: As the service spells it, e.g. `ResourceNotFoundException`.
        message: The sentence the service gives.
        status: The HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


class ProcessCrash(BaseException):
    """The process that made the call is gone; no `except Exception` of its code will run."""


class FaultKind(StrEnum):
    """How a call fails."""

    THROTTLE = "throttle"
    """Refused, after all the SDK's own retries, without an effect."""
    SERVER_ERROR = "server error"
    """Refused with a 500, without an effect."""
    TIMEOUT = "timeout"
    """Done, but the answer is lost."""
    CRASH_BEFORE = "crash before"
    """The caller dies before the call has its effect."""
    CRASH_AFTER = "crash after"
    """The caller dies when the call has had its effect."""
    DUPLICATE = "duplicate"
    """Done twice, as when the SDK retries a call whose answer was lost."""


_CODES = {
    FaultKind.THROTTLE: ("ThrottlingException", "Rate exceeded", 429),
    FaultKind.SERVER_ERROR: ("InternalServerError", "The server failed; try again.", 500),
}


@dataclass
class Fault:
    """A rule: the calls that match it fail.

    Args:
        kind: How.
        service: As botocore names it (`eks`); None means any.
        operation: As the API names it (`UpdateNodegroupConfig`); None means any.
        function: Only calls made by this Lambda function, or by any for `ANY_FUNCTION`; None means by
            anybody.
        skip: So many matching calls go well first.
        times: So many fail then; None means all that follow.
        code: The error code of a throttle or server error; None means the usual one.
    """

    kind: FaultKind
    service: str | None = None
    operation: str | None = None
    function: str | None = None
    skip: int = 0
    times: int | None = 1
    code: str | None = None

    def strikes(self, service: str, operation: str, function: str | None) -> bool:
        """Returns whether this call fails, and counts it."""
        if self.function == ANY_FUNCTION and function is None:
            return False
        who = None if self.function == ANY_FUNCTION else self.function
        wanted = ((self.service, service), (self.operation, operation), (who, function))
        if any(rule is not None and rule != given for rule, given in wanted):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is None:
            return True
        self.times -= 1
        return self.times >= 0

    def error(self) -> ApiError:
        """Returns what the service answers to a throttle or a server error."""
        code, message, status = _CODES[self.kind]
        return ApiError(self.code or code, message, status)


def metadata_of(status: int, number: int) -> dict[str, Any]:
    """Builds the metadata that botocore puts beside every answer."""
    return {
        "HTTPStatusCode": status,
        "RequestId": f"twin-{number:08d}",
        "HTTPHeaders": {},
        "RetryAttempts": 0,
    }


def client_error(client: Any, operation: str, error: ApiError, number: int) -> Exception:
    """Builds the exception that a caller of `client` sees for a service's error."""
    response = {
        "Error": {"Code": error.code, "Message": error.message},
        "ResponseMetadata": metadata_of(error.status, number),
        "message": error.message,
    }
    modeled: Exception = client.exceptions.from_code(error.code)(response, operation)
    return modeled
