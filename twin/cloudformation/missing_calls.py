"""Calls that moto lacks about resources that it has: each changes moto's own record of the resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.api_faults import ApiError
from twin.cloudformation.resource_store import MISSING, Params
from twin.moto_imports import eks_backends, elasticache_backends, rds_backends

if TYPE_CHECKING:
    from twin.api_calls import ApiCalls
    from twin.api_records import CallContext


def install(api_calls: ApiCalls) -> None:
    """Answers the calls from now on."""
    api_calls.overlay("eks", "UpdateClusterVersion", _update_cluster_version)
    api_calls.overlay("eks", "UpdateNodegroupVersion", _update_nodegroup_version)
    api_calls.overlay("elasticache", "DeleteCacheSubnetGroup", _delete_cache_subnets)
    for call in ("Create", "Modify", "Delete"):
        api_calls.overlay("elasticache", f"{call}CacheParameterGroup", _CACHE_PARAMETERS[call])
    api_calls.overlay("rds", "ResetDBParameterGroup", _reset_parameters)


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


def _cache_parameter_groups(context: CallContext) -> dict[str, Params]:
    """Returns moto's record beside its own: it has no parameter groups of caches."""
    backend = elasticache_backends[context.account][context.region]
    groups: dict[str, Params] = backend.__dict__.setdefault("cache_parameter_groups", {})
    return groups


def _create_cache_parameters(params: Params, context: CallContext) -> Params:
    groups, name = _cache_parameter_groups(context), params["CacheParameterGroupName"]
    if name in groups:
        raise ApiError("CacheParameterGroupAlreadyExists", f"Cache parameter group {name} exists.", 400)
    groups[name] = {}
    family = params["CacheParameterGroupFamily"]
    return {"CacheParameterGroup": {"CacheParameterGroupName": name, "CacheParameterGroupFamily": family}}


def _modify_cache_parameters(params: Params, context: CallContext) -> Params:
    name = params["CacheParameterGroupName"]
    given = params["ParameterNameValues"]
    _known_cache_parameters(name, context).update(
        {each["ParameterName"]: each["ParameterValue"] for each in given}
    )
    return {"CacheParameterGroupName": name}


def _delete_cache_parameters(params: Params, context: CallContext) -> Params:
    name = params["CacheParameterGroupName"]
    _known_cache_parameters(name, context)
    del _cache_parameter_groups(context)[name]
    return {}


def _known_cache_parameters(name: str, context: CallContext) -> Params:
    groups = _cache_parameter_groups(context)
    if name not in groups:
        raise ApiError("CacheParameterGroupNotFound", f"CacheParameterGroup not found: {name}", MISSING)
    return groups[name]


_CACHE_PARAMETERS = {
    "Create": _create_cache_parameters,
    "Modify": _modify_cache_parameters,
    "Delete": _delete_cache_parameters,
}


def _reset_parameters(params: Params, context: CallContext) -> Params:
    name = params["DBParameterGroupName"]
    groups = rds_backends[context.account][context.region].db_parameter_groups
    if name not in groups:
        raise ApiError("DBParameterGroupNotFound", f"DBParameterGroup not found: {name}", MISSING)
    groups[name].parameters.clear()
    return {"DBParameterGroupName": name}
