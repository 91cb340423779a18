"""EKS's add-ons: what stacks/eks.yaml asks for becomes pods of the simulated cluster."""

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

BUDGET = "PodDisruptionBudget"


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
        api_calls.overlay("eks", "UpdateAddon", self._update)
        api_calls.overlay("eks", "DeleteAddon", self._delete)

    def _create(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        if params["addonName"] not in _bundled():
            known = ", ".join(_bundled())
            message = f"Addon {params['addonName']} is not emulated by the twin: it knows {known}."
            raise ApiError("InvalidParameterException", message)
        created = self._store.create(params, context)
        self._install(created["addon"])
        return created

    def _update(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        self._install(self._store.update(params, context)["addon"])
        return {"update": {"type": "AddonUpdate", "status": "Successful"}}

    def _install(self, addon: dict[str, Any]) -> None:
        cluster, objects = self._cluster_of(addon["clusterName"]), _bundled()[addon["addonName"]]
        if cluster:
            wanted = [each for each in objects if each["kind"] != BUDGET or _has_budget(addon)]
            cluster.take(*(each for each in objects if each not in wanted))
            cluster.apply(*wanted)

    def _delete(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        deleted = self._store.delete(params, context)
        cluster = self._cluster_of(params["clusterName"])
        if cluster and not params.get("preserve"):
            cluster.take(*_bundled()[params["addonName"]])
        return deleted


def _has_budget(addon: dict[str, Any]) -> bool:
    """Returns whether an add-on's configuration leaves it the budget that it comes with."""
    text = addon.get("configurationValues")
    given = yaml.safe_load(text) if text else {}
    budget = {**given, **given.get("controller", {})}.get("podDisruptionBudget", {})
    return bool(budget.get("enabled", True))


@cache
def _bundled() -> dict[str, list[dict[str, Any]]]:
    text = files("twin.world").joinpath("addons.yaml").read_text(encoding="utf-8")
    found: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)
    return found
