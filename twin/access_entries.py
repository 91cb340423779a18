"""Access entries of EKS clusters, which moto lacks: who may speak to a cluster, and in which groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.api_faults import ApiError
from twin.cluster.api.access import Identity
from twin.cluster.api.tokens import Caller, TokenAuthenticator
from twin.identity import role_of

if TYPE_CHECKING:
    from twin.api_calls import ApiCalls
    from twin.api_records import CallContext
    from twin.clock import Clock

MISSING = 404
TAKEN = 409


class AccessEntries:
    """Keeps each cluster's entries and answers the API's calls about them.

    Args:
        api_calls: The hook through which every call passes.
    """

    def __init__(self, api_calls: ApiCalls) -> None:
        self._entries: dict[tuple[str, str], dict[str, Any]] = {}
        for operation, answer in {
            "CreateAccessEntry": self._create,
            "DescribeAccessEntry": self._describe,
            "UpdateAccessEntry": self._update,
            "DeleteAccessEntry": self._delete,
            "ListAccessEntries": self._list,
        }.items():
            api_calls.overlay("eks", operation, answer)

    def groups(self, cluster: str, principal: str) -> tuple[str, ...] | None:
        """Returns the Kubernetes groups of a principal on a cluster; None when it has no entry there."""
        entry = self._entries.get((cluster, principal))
        return None if entry is None else tuple(entry["kubernetesGroups"])

    def authenticator(self, cluster: str, clock: Clock, *, account: str) -> TokenAuthenticator:
        """Returns what lets the account's roles into a cluster, as its entries say."""

        def caller(key: str) -> Caller | None:
            role = role_of(key)
            return None if role is None else Caller(f"arn:aws:iam::{account}:role/{role}", "simulated")

        def identity(role_arn: str) -> Identity | None:
            groups = self.groups(cluster, role_arn)
            return None if groups is None else Identity(role_arn, groups)

        return TokenAuthenticator(cluster, lambda: clock.now, caller, identity)

    def _create(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        key = (params["clusterName"], params["principalArn"])
        if key in self._entries:
            message = f"The specified access entry resource is already in use on this cluster: {key[1]}"
            raise ApiError("ResourceInUseException", message, TAKEN)
        arn = f"arn:aws:eks:{context.region}:{context.account}"
        self._entries[key] = {
            "clusterName": key[0],
            "principalArn": key[1],
            "kubernetesGroups": list(params.get("kubernetesGroups", [])),
            "accessEntryArn": f"{arn}:access-entry/{key[0]}/{key[1]}",
            "createdAt": context.clock.now,
            "modifiedAt": context.clock.now,
            "tags": dict(params.get("tags", {})),
            "username": params.get("username", key[1]),
            "type": params.get("type", "STANDARD"),
        }
        return {"accessEntry": dict(self._entries[key])}

    def _describe(self, params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        return {"accessEntry": dict(self._entries[self._known(params)])}

    def _update(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        entry = self._entries[self._known(params)]
        for name in ("kubernetesGroups", "username"):
            if name in params:
                entry[name] = params[name]
        entry["modifiedAt"] = context.clock.now
        return {"accessEntry": dict(entry)}

    def _delete(self, params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        del self._entries[self._known(params)]
        return {}

    def _list(self, params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        cluster = params["clusterName"]
        return {"accessEntries": [principal for name, principal in self._entries if name == cluster]}

    def _known(self, params: dict[str, Any]) -> tuple[str, str]:
        key = (params["clusterName"], params["principalArn"])
        if key not in self._entries:
            message = f"The specified principalArn could not be found: {key[1]} on {key[0]}"
            raise ApiError("ResourceNotFoundException", message, MISSING)
        return key
