"""EKS tokens: a presigned STS call in a bearer header, checked as aws-iam-authenticator checks it.

The token is `k8s-aws-v1.` and the URL in base64. Nothing is sent to STS: the access key in the URL names the
caller, and its signature is made anew with the secret key where the twin knows it, over the header that
carries the cluster's name.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

from twin.cluster.status import unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin.cluster.api.access import Identity

PREFIX = "k8s-aws-v1."
LIFETIME = timedelta(minutes=15)
"""How long a token lives after its signature (aws-iam-authenticator, presignedURLExpiration)."""
_LONGEST_EXPIRY_S = 900
_HEADER = "x-k8s-aws-id"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who an access key belongs to. A secret of None leaves the signature unchecked."""

    role_arn: str
    secret_key: str | None = None


class TokenAuthenticator:
    """Reads EKS tokens.

    Args:
        cluster: The cluster's name, which the token must be signed for.
        now: Tells the time.
        caller_of_key: Names the owner of an access key; None for a stranger.
        identity_of_role: Returns what an access entry makes of a role; None without an entry.
    """

    def __init__(
        self,
        cluster: str,
        now: Callable[[], datetime],
        caller_of_key: Callable[[str], Caller | None],
        identity_of_role: Callable[[str], Identity | None],
    ) -> None:
        self._cluster = cluster
        self._now = now
        self._caller_of_key = caller_of_key
        self._identity_of_role = identity_of_role

    def identify(self, headers: Mapping[str, str]) -> Identity:
        """Names the caller.

        Raises:
            StatusError: 401, for whatever reason: the API server says no more than that either.
        """
        bearer = headers.get("authorization", "")
        kind, _, token = bearer.partition(" ")
        if kind.lower() != "bearer" or not token.startswith(PREFIX):
            raise unauthorized()
        try:
            encoded = token.removeprefix(PREFIX)
            url = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
            caller = self._caller(url)
        except (ValueError, KeyError, binascii.Error):
            raise unauthorized() from None
        identity = None if caller is None else self._identity_of_role(caller.role_arn)
        if identity is None:
            raise unauthorized()
        return identity

    def _caller(self, url: str) -> Caller | None:
        parts = urlsplit(url)
        query = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        signed_at = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        fresh = signed_at - LIFETIME <= self._now() < signed_at + LIFETIME
        host = parts.hostname or ""
        if (
            not fresh
            or query["Action"] != "GetCallerIdentity"
            or not (host.startswith("sts.") and host.endswith((".amazonaws.com", ".amazonaws.com.cn")))
            or _HEADER not in query["X-Amz-SignedHeaders"].split(";")
            or not 0 < int(query["X-Amz-Expires"]) <= _LONGEST_EXPIRY_S
        ):
            return None
        caller = self._caller_of_key(query["X-Amz-Credential"].split("/")[0])
        if caller is None or caller.secret_key is None:
            return caller
        expected = _signature(parts.netloc, parts.path, query, self._cluster, caller.secret_key)
        return caller if hmac.compare_digest(expected, query["X-Amz-Signature"]) else None


def _signature(host: str, path: str, query: dict[str, str], cluster: str, secret: str) -> str:
    """Returns version 4's signature of the presigned GET, with the cluster's name as the signed header."""
    scope = query["X-Amz-Credential"].split("/", 1)[1]
    pairs = sorted(
        (quote(key, safe="-_.~"), quote(value, safe="-_.~"))
        for key, value in query.items()
        if key != "X-Amz-Signature"
    )
    headers = {"host": host, _HEADER: cluster}
    canonical = "\n".join(
        [
            "GET",
            path or "/",
            "&".join(f"{key}={value}" for key, value in pairs),
            *(f"{name}:{headers[name]}" for name in sorted(headers)),
            "",
            query["X-Amz-SignedHeaders"],
            hashlib.sha256(b"").hexdigest(),
        ]
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    text = "\n".join(["AWS4-HMAC-SHA256", query["X-Amz-Date"], scope, digest])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
