"""Translates what AWS answers into the three kinds of errors, once, with AWS's code and request id."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.core.errors import (
    Busy,
    ConditionFailed,
    Invalid,
    NotFound,
    OpsError,
    PermanentError,
    TemporaryError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KINDS: dict[str, type[OpsError]] = {
    "ConditionalCheckFailedException": ConditionFailed,
    "DBInstanceNotFound": NotFound,
    "DBInstanceNotFoundFault": NotFound,
    "InternalFailure": TemporaryError,
    "InternalServerError": TemporaryError,
    "InternalServerException": TemporaryError,
    "InvalidDBInstanceState": Busy,
    "InvalidDBInstanceStateFault": Busy,
    "LimitExceededException": TemporaryError,
    "ProvisionedThroughputExceededException": TemporaryError,
    "RequestLimitExceeded": TemporaryError,
    "RequestTimeout": TemporaryError,
    "RequestTimeoutException": TemporaryError,
    "ResourceInUseException": Busy,
    "ResourceNotFoundException": NotFound,
    "ScalingActivityInProgress": Busy,
    "ServerException": TemporaryError,
    "ServiceUnavailable": TemporaryError,
    "ServiceUnavailableException": TemporaryError,
    "StateMachineDoesNotExist": NotFound,
    "TaskDoesNotExist": NotFound,
    "TaskTimedOut": NotFound,
    "Throttling": TemporaryError,
    "ThrottlingException": TemporaryError,
    "TooManyRequestsException": TemporaryError,
    "TransactionInProgressException": TemporaryError,
    "ValidationError": Invalid,
}
"""What each of AWS's codes means; one that is not named here needs a person or a deploy."""


SERVER_ERROR = 500
"""HTTP's first status of a server's own errors."""


def code_of(error: ClientError) -> str:
    """Returns AWS's code, such as `ThrottlingException`."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Raises what AWS answers within the block as one of our errors.

    Args:
        what: What was being done, to which resource, such as `reading node group primary`.

    Raises:
        TemporaryError: AWS is throttling, failing or not reachable; Busy where it is at work on the very
            resource.
        PermanentError: Anything else; NotFound, Invalid and ConditionFailed where AWS says so.
    """
    try:
        yield
    except ClientError as error:
        raise _from_answer(what, error) from error
    except BotoCoreError as error:
        raise TemporaryError(f"AWS could not be reached while {what}: {error}") from error


def _from_answer(what: str, error: ClientError) -> OpsError:
    code = code_of(error)
    answer: Mapping[str, Any] = error.response
    request = answer.get("ResponseMetadata", {}).get("RequestId", "unknown")
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    sentence = (
        f"AWS answered {code} while {what}: {answer.get('Error', {}).get('Message', '')} (request {request})"
    )
    kind = KINDS.get(code, TemporaryError if status >= SERVER_ERROR else PermanentError)
    return kind(sentence)
