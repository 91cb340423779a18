"""Errors of the AWS endpoint: a service's own, and those of a request that the twin does not serve."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from botocore.exceptions import BotoCoreError, ClientError

from twin.up.wire import Answer

if TYPE_CHECKING:
    from twin.up.wire import Request

NOT_IMPLEMENTED = 501


class Failure(Exception):  # noqa: N818 - moto's serializers want an exception; nobody raises it
    """A service's error, as moto's serializers read it: `code`, `message`, and the error's own members."""

    def __init__(self, code: str, message: str, status: int, members: dict[str, Any]) -> None:
        super().__init__(message)
        vars(self).update(members)
        self.code, self.message, self.status = code, message, status


def failure_of(error: Exception) -> Failure:
    """Reads the error that a call inside the twin ended with.

    What botocore refuses by itself, such as a missing parameter, is what AWS answers with
    ValidationException. What moto or the twin itself breaks on is InternalFailure.
    """
    if isinstance(error, ClientError):
        response: Any = error.response
        members = {
            name: value for name, value in response.items() if name not in ("Error", "ResponseMetadata")
        }
        return Failure(
            response["Error"].get("Code", "InternalFailure"),
            response["Error"].get("Message", str(error)),
            int(response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 400),
            members,
        )
    if isinstance(error, BotoCoreError | ValueError):
        return Failure("ValidationException", str(error), 400, {})
    return Failure("InternalFailure", f"The twin failed: {type(error).__name__}: {error}", 500, {})


def unserved(request: Request, sentence: str) -> Answer:
    """Returns an answer that says, in a form that boto3 reads, that the twin does not do this."""
    code = "NotImplemented"
    if "json" in request.headers.get("content-type", ""):
        body = json.dumps({"__type": code, "message": sentence})
        return Answer(
            NOT_IMPLEMENTED, body.encode(), "application/x-amz-json-1.0", {"X-Amzn-Errortype": code}
        )
    error = f"<Error><Code>{code}</Code><Message>{escape(sentence)}</Message></Error>"
    return Answer(NOT_IMPLEMENTED, f"<ErrorResponse>{error}</ErrorResponse>".encode(), "text/xml")
