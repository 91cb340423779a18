"""EKS's add-ons: what stacks/eks.yaml asks for becomes pods of the simulated cluster, as EKS would bring them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from twin.api_faults import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.api_calls import ApiCalls
    from twin.api_records import CallContext
    from twin.cloudformation.resource_store import ResourceStore
    from twin.cluster.simulation import SimulatedCluster


class Addons:
    """Installs and removes add-ons with the calls that name them.

    Args:
        api_calls: The hook through which every call passes.
        store: Keeps what the calls say.
        cluster_of: Returns the simulated cluster of a name; None for one that carries no add-ons.
    """

    def __init__(
        self,
        api_calls: ApiCalls,
        store: ResourceStore,
        cluster_of: Callable[[str], SimulatedCluster | None],
    ) -> None:
        self._store, self._cluster_of = store, cluster_of
        api_calls.overlay("eks", "CreateAddon", self._create)
        api_calls.overlay("eks", "DeleteAddon", self._delete)

    def _create(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        if params["addonName"] not in _bundled():
            known = ", ".join(_bundled())
            message = f"Addon {params['addonName']} is not emulated by the twin: it knows {known}."
            raise ApiError("InvalidParameterException", message)
        created = self._store.create(params, context)
        if cluster := self._cluster_of(params["clusterName"]):
            cluster.apply(*_bundled()[params["addonName"]])
        return created

    def _delete(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        deleted = self._store.delete(params, context)
        cluster = self._cluster_of(params["clusterName"])
        if cluster and not params.get("preserve"):
            cluster.take(*_bundled()[params["addonName"]])
        return deleted


@cache
def _bundled() -> dict[str, list[dict[str, Any]]]:
    text = files("twin.world").joinpath("addons.yaml").read_text(encoding="utf-8")
    found: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)
    return found
