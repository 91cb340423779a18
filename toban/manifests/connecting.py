"""The connection of a person's kubeconfig, also where a program such as `aws eks get-token` signs it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kubernetes import client, config

from toban.cluster_bed.client import Cluster


class UnreachableError(Exception):
    """The kubeconfig leads nowhere; the message says why and what to do."""


def connect(kubeconfig: Path, *, context: str | None) -> Cluster:
    """Returns the cluster of a context.

    Args:
        kubeconfig: its path.
        context: None means its current one.

    Raises:
        UnreachableError: no such file or context, or one that signs in by certificate.
    """
    found = client.Configuration()
    try:
        load: Any = config.load_kube_config
        load(str(kubeconfig), context=context, client_configuration=found, persist_config=False)
    except (config.ConfigException, OSError) as error:
        raise UnreachableError(f"{kubeconfig}: {error}") from error
    token = str(found.api_key.get("authorization", "")).removeprefix("Bearer ")
    if not token or not found.ssl_ca_cert:
        raise UnreachableError(
            f"{kubeconfig} gives no token: `aws eks update-kubeconfig --name CLUSTER` writes one that does"
        )
    return Cluster(found.host, Path(found.ssl_ca_cert), token)
