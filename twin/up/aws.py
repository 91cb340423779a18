"""An AWS endpoint: requests of the services' own protocols, answered by boto3 calls inside the twin.

moto's routers, parsers and serializers do the protocols, from botocore's service models; between them stands
an ordinary call through `twin.api_calls`, so that overlays, faults and moto answer a stranger as they answer
a handler. Credentials mean nothing, but a key that the twin issued names its role.
"""

from __future__ import annotations

import re
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.utils import parse_timestamp
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request as MotoRequest
from moto.core.request import determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import SerializationContext, get_serializer_class
from werkzeug.exceptions import HTTPException

from twin.up.aws_errors import failure_of, unserved
from twin.up.wire import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from twin.up.wire import Request

SERVED: Mapping[str, str] = {
    **{name: name for name in ("autoscaling", "dynamodb", "ec2", "eks", "events", "iam", "kms", "lambda")},
    **{name: name for name in ("logs", "rds", "scheduler", "sns", "sqs", "ssm", "sts")},
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
}
"""The services that answer: the name in a signature, and botocore's own."""

_CODE = "it runs the code of its template alone; put the function there"
REFUSED: Mapping[tuple[str, str], str] = {
    ("lambda", name): _CODE for name in ("CreateFunction", "PublishVersion", "UpdateFunctionCode")
}
"""Operations that would be accepted and have no effect, with the reason."""

_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d+/([^/,\s]+)/([^/,\s]+)/aws4_request")


class AwsEndpoint:
    """Answers AWS requests; to be asked by the thread that has the baton, and by no other.

    Args:
        now: Tells the virtual time, which is the answer's `Date`.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._count = 0

    def answer(self, request: Request) -> Answer:
        """Performs a request and returns the answer that AWS would give, errors included."""
        self._count += 1
        number = f"twin-front-{self._count:08d}"
        found = self._answer(request, number)
        when = format_datetime(self._now(), usegmt=True)
        return Answer(
            found.status,
            found.body,
            found.content_type,
            {**found.headers, "Date": when, "x-amzn-RequestId": number},
        )

    def _answer(self, request: Request, number: str) -> Answer:
        scope = _SCOPE.search(request.headers.get("authorization", ""))
        if scope is None:
            return unserved(
                request, "The twin needs a signed request (any credentials will do) to tell the service."
            )
        key, region, signing_name = scope.groups()
        service = SERVED.get(signing_name)
        if service is None:
            return unserved(
                request,
                f"The twin's endpoint does not serve {signing_name}; it serves {', '.join(sorted(SERVED))}.",
            )
        given = _for_moto(request)
        try:
            operation, labels = get_service_router(service).match(given)
            protocol = determine_request_protocol(operation.service_model, given.content_type)
        except (HTTPException, NotImplementedError):
            return unserved(request, f"The twin finds no operation of {service} in this request.")
        if (service, operation.name) in REFUSED:
            return unserved(
                request, f"The twin refuses {operation.name}: {REFUSED[service, operation.name]}."
            )
        context = SerializationContext(number)
        serializer = get_serializer_class(service, protocol)(operation, context=context)
        try:
            params = _params(operation, protocol, given, labels)
            client = self._client(service, region, key)
            # Where every operation's own method ends; there is no public way by name.
            result = client._make_api_call(operation.name, params)  # noqa: SLF001 - as above
        except Exception as error:  # noqa: BLE001 - moto fails in many ways; each is this client's alone
            failure = failure_of(error)
            return _answer(serializer.serialize(failure), failure.status)
        return _answer(serializer.serialize(_plain(result)), None)

    def _client(self, service: str, region: str, key: str) -> Any:
        if (service, region, key) not in self._clients:
            session: Any = boto3.Session(
                aws_access_key_id=key,
                aws_secret_access_key="twin",  # noqa: S106 - means nothing
                region_name=region,
            )
            self._clients[service, region, key] = session.client(service)
        return self._clients[service, region, key]


def _for_moto(request: Request) -> MotoRequest:
    host = request.headers.get("host", "localhost")
    return MotoRequest.from_primitives(
        request.method, f"http://{host}{request.target}", request.headers, request.body
    )


def _params(operation: Any, protocol: str, given: MotoRequest, labels: dict[str, Any]) -> dict[str, Any]:
    # moto itself wants times without a zone; a client's parameters have one.
    parser = PROTOCOL_PARSERS[protocol](operation, timestamp_parser=parse_timestamp)
    parts: Any = {
        "method": given.method,
        "values": given.values,
        "headers": given.headers,
        "body": given.data,
        "url_path": given.path,
        "url_params": labels,
    }
    return parser.parse(parts) or {}


def _plain(result: dict[str, Any]) -> dict[str, Any]:
    """Reads what a client would stream, such as a function's payload."""
    return {
        name: value.read() if hasattr(value, "read") else value
        for name, value in result.items()
        if name != "ResponseMetadata"
    }


def _answer(found: Any, status: int | None) -> Answer:
    body, headers = found["body"], dict(found["headers"])
    kind = headers.pop("Content-Type", "application/octet-stream")
    data = body.encode() if isinstance(body, str) else bytes(body)
    return Answer(status or found["status_code"], data, kind, {k: str(v) for k, v in headers.items()})
