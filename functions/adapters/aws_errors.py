"""Translates what AWS answers into the three kinds of errors, once, with AWS's code and request id."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.core.errors import OpsError, PermanentError, TemporaryError

PASSING = frozenset(
    {
        "InternalFailure",
        "InternalServerError",
        "InternalServerException",
        "InvalidDBInstanceState",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "RequestTimeoutException",
        "ResourceInUseException",
        "ScalingActivityInProgress",
        "ServerException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
"""Codes after which the same call can succeed; every other code needs a person or a deploy."""


def code_of(error: ClientError) -> str:
    """Returns AWS's code, such as `ThrottlingException`."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Raises what AWS answers within the block as one of our errors.

    Args:
        what: What was being done, to which resource, such as `reading node group primary`.

    Raises:
        TemporaryError: AWS is throttling, failing, busy or not reachable.
        PermanentError: Anything else.
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
    passing = code in PASSING or status >= 500  # noqa: PLR2004 - HTTP's boundary of server errors
    return TemporaryError(sentence) if passing else PermanentError(sentence)
