"""Keeps what moto has no place for: the calls of types that the stacks use and moto does not answer.

A shelf keeps what was put on it and answers it again: enough for a deployment, and for whoever describes it afterwards.
What has behaviour of its own belongs into a simulation, which overlays the same call and is asked instead.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.eks.models import eks_backends
from moto.elasticache.models import elasticache_backends
from moto.rds.models import rds_backends

from twin.api_faults import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.api_calls import ApiCalls, CallContext

Params = dict[str, Any]
MISSING, TAKEN = 404, 409


@dataclass
class Shelf:
    """The items of one kind, by their keys.

    Args:
        noun: The kind, as the operations spell it.
        member: Where an answer carries the item.
        keys: The parameters that name an item.
        born: Answers the members that AWS makes up when an item is created.
    """

    noun: str
    member: str
    keys: tuple[str, ...]
    born: Callable[[Params, CallContext], Params]
    items: dict[tuple[str, ...], Params] = field(default_factory=dict)

    def create(self, params: Params, context: CallContext) -> Params:
        """Answers Create…: a name is taken once."""
        item = {key: value for key, value in params.items() if key != "clientRequestToken"}
        item |= self.born(params, context)
        key = self._key(item)
        if key in self.items:
            raise ApiError("ResourceInUseException", f"{self.noun} already exists: {', '.join(key)}", TAKEN)
        self.items[key] = item
        return {self.member: dict(item)}

    def describe(self, params: Params, _context: CallContext) -> Params:
        """Answers Describe…."""
        return {self.member: dict(self.items[self._known(params)])}

    def update(self, params: Params, _context: CallContext) -> Params:
        """Answers Update…: what is given changes, the rest stays."""
        item = self.items[self._known(params)]
        item |= {key: value for key, value in params.items() if key in item and key not in self.keys}
        return {self.member: dict(item)}

    def delete(self, params: Params, _context: CallContext) -> Params:
        """Answers Delete…."""
        return {self.member: self.items.pop(self._known(params))}

    def _key(self, params: Params) -> tuple[str, ...]:
        return tuple(str(params.get(key)) for key in self.keys)

    def _known(self, params: Params) -> tuple[str, ...]:
        key = self._key(params)
        if key not in self.items:
            raise ApiError("ResourceNotFoundException", f"{self.noun} not found: {', '.join(key)}", MISSING)
        return key


class Shelves:
    """Every shelf of an account.

    Args:
        api_calls: The hook through which every call passes. Make the shelves before the simulations, so that these
            overlay the calls that they answer better.
    """

    def __init__(self, api_calls: ApiCalls) -> None:
        self.addons = Shelf("Addon", "addon", ("clusterName", "addonName"), _new_addon)
        self.associations = Shelf(
            "PodIdentityAssociation", "association", ("clusterName", "associationId"), _new_association
        )
        self.composites: dict[str, Params] = {}
        self.policies: dict[tuple[str, str], dict[str, Params]] = {}
        for shelf in (self.addons, self.associations):
            for verb in ("create", "describe", "delete"):
                api_calls.overlay("eks", f"{verb.title()}{shelf.noun}", getattr(shelf, verb))
        api_calls.overlay("eks", "UpdateAddon", self._update_addon)
        api_calls.overlay("eks", "UpdatePodIdentityAssociation", self.associations.update)
        api_calls.overlay("eks", "ListAddons", self._addons_of)
        api_calls.overlay("eks", "ListPodIdentityAssociations", self._associations_of)
        api_calls.overlay("eks", "AssociateAccessPolicy", self._associate_policy)
        api_calls.overlay("eks", "DisassociateAccessPolicy", self._disassociate_policy)
        api_calls.overlay("eks", "ListAssociatedAccessPolicies", self._policies_of)
        api_calls.overlay("eks", "UpdateClusterVersion", _update_cluster_version)
        api_calls.overlay("eks", "UpdateNodegroupVersion", _update_nodegroup_version)
        api_calls.overlay("cloudwatch", "PutCompositeAlarm", self._put_composite)
        api_calls.overlay("elasticache", "DeleteCacheSubnetGroup", _delete_cache_subnets)
        api_calls.overlay("rds", "ResetDBParameterGroup", _reset_parameters)

    def _update_addon(self, params: Params, context: CallContext) -> Params:
        self.addons.update(params, context)
        return {"update": {"type": "AddonUpdate", "status": "Successful"}}

    def _addons_of(self, params: Params, _context: CallContext) -> Params:
        return {"addons": [name for cluster, name in self.addons.items if cluster == params["clusterName"]]}

    def _associations_of(self, params: Params, _context: CallContext) -> Params:
        told = ("clusterName", "namespace", "serviceAccount", "associationArn", "associationId")
        wanted = {key: params[key] for key in ("clusterName", "namespace", "serviceAccount") if key in params}
        found = [
            {key: item[key] for key in told}
            for item in self.associations.items.values()
            if all(item[key] == value for key, value in wanted.items())
        ]
        return {"associations": found}

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
        found = [dict(policy) for policy in self.policies.get(key, {}).values()]
        return {"clusterName": key[0], "principalArn": key[1], "associatedAccessPolicies": found}

    def _put_composite(self, params: Params, _context: CallContext) -> Params:
        self.composites[params["AlarmName"]] = dict(params)
        return {}


def _new_addon(params: Params, context: CallContext) -> Params:
    cluster, name = params["clusterName"], params["addonName"]
    return {
        "addonArn": f"arn:aws:eks:{context.region}:{context.account}:addon/{cluster}/{name}/{_short(cluster, name)}",
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


def _update_cluster_version(params: Params, context: CallContext) -> Params:
    eks_backends[context.account][context.region].clusters[params["name"]].version = params["version"]
    return {"update": {"type": "VersionUpdate", "status": "InProgress"}}


def _update_nodegroup_version(params: Params, context: CallContext) -> Params:
    cluster = eks_backends[context.account][context.region].clusters[params["clusterName"]]
    group = cluster.nodegroups[params["nodegroupName"]]
    if "launchTemplate" in params:
        group.launch_template = dict(params["launchTemplate"])
    if "version" in params:
        group.version = params["version"]
    return {"update": {"type": "VersionUpdate", "status": "InProgress"}}


def _delete_cache_subnets(params: Params, context: CallContext) -> Params:
    groups = elasticache_backends[context.account][context.region].cache_subnet_groups
    name = params["CacheSubnetGroupName"]
    if name not in groups:
        raise ApiError("CacheSubnetGroupNotFoundFault", f"Cache subnet group {name} not found.", MISSING)
    del groups[name]
    return {}


def _reset_parameters(params: Params, context: CallContext) -> Params:
    name = params["DBParameterGroupName"]
    groups = rds_backends[context.account][context.region].db_parameter_groups
    if name not in groups:
        raise ApiError("DBParameterGroupNotFound", f"DBParameterGroup not found: {name}", MISSING)
    groups[name].parameters.clear()
    return {"DBParameterGroupName": name}
