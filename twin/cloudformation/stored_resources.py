"""Keeps what moto has no place for: the calls of types that the stacks use and moto does not answer.

What was stored is answered again: enough for a deployment, and for whoever describes it afterwards. What has
behaviour of its own belongs into a simulation, which overlays the same call and is asked instead.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from twin.cloudformation import missing_calls
from twin.cloudformation.resource_store import Params, ResourceStore

if TYPE_CHECKING:
    from twin.api_calls import ApiCalls
    from twin.api_records import CallContext


class StoredResources:
    """Every store of an account.

    Args:
        api_calls: The hook through which every call passes. Make the stores before the simulations, so that
            these overlay the calls that they answer better.
    """

    def __init__(self, api_calls: ApiCalls) -> None:
        self.addons = ResourceStore("Addon", "addon", ("clusterName", "addonName"), _new_addon)
        self.associations = ResourceStore(
            "PodIdentityAssociation", "association", ("clusterName", "associationId"), _new_association
        )
        self.policies: dict[tuple[str, str], dict[str, Params]] = {}
        for store in (self.addons, self.associations):
            for verb in ("create", "describe", "delete"):
                api_calls.overlay("eks", f"{verb.title()}{store.noun}", getattr(store, verb))
        api_calls.overlay("eks", "UpdateAddon", self._update_addon)
        api_calls.overlay("eks", "UpdatePodIdentityAssociation", self.associations.update)
        api_calls.overlay("eks", "ListAddons", self._addons_of)
        api_calls.overlay("eks", "ListPodIdentityAssociations", self._associations_of)
        api_calls.overlay("eks", "AssociateAccessPolicy", self._associate_policy)
        api_calls.overlay("eks", "DisassociateAccessPolicy", self._disassociate_policy)
        api_calls.overlay("eks", "ListAssociatedAccessPolicies", self._policies_of)
        api_calls.overlay("cloudwatch", "PutCompositeAlarm", lambda _params, _context: {})
        missing_calls.install(api_calls)

    def _update_addon(self, params: Params, context: CallContext) -> Params:
        self.addons.update(params, context)
        return {"update": {"type": "AddonUpdate", "status": "Successful"}}

    def _addons_of(self, params: Params, _context: CallContext) -> Params:
        return {"addons": [name for cluster, name in self.addons.items if cluster == params["clusterName"]]}

    def _associations_of(self, params: Params, _context: CallContext) -> Params:
        shown = ("clusterName", "namespace", "serviceAccount", "associationArn", "associationId")
        wanted = {key: params[key] for key in ("clusterName", "namespace", "serviceAccount") if key in params}
        associations = [
            {key: item[key] for key in shown}
            for item in self.associations.items.values()
            if all(item[key] == value for key, value in wanted.items())
        ]
        return {"associations": associations}

    def _associate_policy(self, params: Params, context: CallContext) -> Params:
        policy = {
            "policyArn": params["policyArn"],
            "accessScope": params["accessScope"],
            "associatedAt": context.clock.now,
            "modifiedAt": context.clock.now,
        }
        key = (params["clusterName"], params["principalArn"])
        self.policies.setdefault(key, {})[params["policyArn"]] = policy
        return {"clusterName": key[0], "principalArn": key[1], "associatedAccessPolicy": dict(policy)}

    def _disassociate_policy(self, params: Params, _context: CallContext) -> Params:
        self.policies.get((params["clusterName"], params["principalArn"]), {}).pop(params["policyArn"], None)
        return {}

    def _policies_of(self, params: Params, _context: CallContext) -> Params:
        key = (params["clusterName"], params["principalArn"])
        policies = [dict(policy) for policy in self.policies.get(key, {}).values()]
        return {"clusterName": key[0], "principalArn": key[1], "associatedAccessPolicies": policies}


def _new_addon(params: Params, context: CallContext) -> Params:
    cluster, name = params["clusterName"], params["addonName"]
    arn = f"arn:aws:eks:{context.region}:{context.account}"
    return {
        "addonArn": f"{arn}:addon/{cluster}/{name}/{_short(cluster, name)}",
        "configurationValues": params.get("configurationValues", ""),
        "createdAt": context.clock.now,
        "modifiedAt": context.clock.now,
        "podIdentityAssociations": params.get("podIdentityAssociations", []),
        "status": "ACTIVE",
    }


def _new_association(params: Params, context: CallContext) -> Params:
    cluster = params["clusterName"]
    short = _short(cluster, params["namespace"], params["serviceAccount"])
    arn = f"arn:aws:eks:{context.region}:{context.account}:podidentityassociation/{cluster}/a-{short}"
    return {"associationArn": arn, "associationId": f"a-{short}", "createdAt": context.clock.now}


def _short(*names: str) -> str:
    """Returns an identifier that is the same in every run, as everything in the twin is."""
    return hashlib.sha256("/".join(names).encode()).hexdigest()[:17]
