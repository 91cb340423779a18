"""Reaches the API of an EKS cluster: endpoint and CA from EKS, a token signed by this function's own role."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path
from typing import Any

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from kubernetes import client

from functions.adapters.aws_errors import translated

TOKEN_PREFIX = "k8s-aws-v1."  # noqa: S105 - the public prefix of every such token
LINK_EXPIRES_S = 60
"""What the cluster's authenticator accepts for the link inside the token; the token itself lives 15
minutes."""
REQUEST_TIMEOUT_S = 15.0


def api_client(*, session: Any, eks: Any, cluster: str) -> client.ApiClient:
    """Returns the official client's connection to the cluster.

    A new token is signed for each request: that is arithmetic without a call, so no clock has to tell its
    age.

    Args:
        session: boto3's session, whose credentials sign the tokens.
        eks: boto3's EKS client.
        cluster: Name of the cluster.
    """
    with translated(f"reading cluster {cluster}"):
        found = eks.describe_cluster(name=cluster)["cluster"]
    configuration: Any = client.Configuration()
    configuration.host = found["endpoint"]
    authority = (found.get("certificateAuthority") or {}).get("data")
    if authority and configuration.host.startswith("https"):
        configuration.ssl_ca_cert = _as_file(base64.b64decode(authority))
    region = eks.meta.region_name

    def sign(config: Any) -> None:
        config.api_key["authorization"] = f"Bearer {token(session=session, region=region, cluster=cluster)}"

    configuration.refresh_api_key_hook = sign
    sign(configuration)
    configuration.retries = False
    return client.ApiClient(configuration)


def token(*, session: Any, region: str, cluster: str) -> str:
    """Returns a bearer token: a presigned GetCallerIdentity which names the cluster that it is meant for."""
    request = AWSRequest(
        method="GET",
        url=f"https://sts.{region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
        headers={"x-k8s-aws-id": cluster},
    )
    SigV4QueryAuth(session.get_credentials(), "sts", region, expires=LINK_EXPIRES_S).add_auth(request)
    link = base64.urlsafe_b64encode(request.prepare().url.encode()).decode()
    return TOKEN_PREFIX + link.rstrip("=")


def _as_file(authority: bytes) -> str:
    """Writes the cluster's CA where the official client can read it, which takes a path alone."""
    with tempfile.NamedTemporaryFile(prefix="cluster-ca-", suffix=".pem", delete=False) as file:
        file.write(authority)
    return str(Path(file.name))
