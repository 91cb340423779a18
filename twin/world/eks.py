"""EKS: the twin's own clusters and node groups, made as stacks make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from twin.api_faults import ApiError
from twin.world.eks_records import IDEMPOTENCY, checked_sizes, new_cluster, shown_nodegroup
from twin.world.machines import Machines

if TYPE_CHECKING:
    from twin.api_calls import ApiCalls
    from twin.api_records import CallContext
    from twin.world.nodegroups import NodeGroup

MISSING = 404
BUSY = 409


class Place(Protocol):
    """Where a cluster comes to be: an environment of the world."""

    @property
    def endpoint(self) -> str:
        """The URL at which its cluster answers."""

    def make_nodegroup(self, params: dict[str, Any]) -> NodeGroup:
        """Makes a node group as CreateNodegroup asks for it."""


class Eks:
    """Answers the calls about clusters and node groups; both come to be by Create… alone.

    Args:
        api_calls: The hook through which every call passes.
    """

    def __init__(self, api_calls: ApiCalls) -> None:
        self._places: dict[str, Place] = {}
        self._clusters: dict[str, dict[str, Any]] = {}
        self._groups: dict[tuple[str, str], NodeGroup] = {}
        for operation, answer in {
            "CreateCluster": self._create_cluster,
            "DescribeCluster": self._describe_cluster,
            "ListClusters": self._list_clusters,
            "UpdateClusterConfig": self._update_cluster,
            "UpdateClusterVersion": self._update_cluster,
            "DeleteCluster": self._delete_cluster,
            "CreateNodegroup": self._create_nodegroup,
            "ListNodegroups": self._list_nodegroups,
            "DescribeNodegroup": self._describe_nodegroup,
            "UpdateNodegroupConfig": self._update_nodegroup,
            "UpdateNodegroupVersion": self._update_nodegroup_version,
            "DeleteNodegroup": self._delete_nodegroup,
        }.items():
            api_calls.overlay("eks", operation, answer)
        Machines(api_calls, self._groups)

    def expect(self, name: str, place: Place) -> None:
        """Says where a cluster of that name comes to be when somebody creates it."""
        self._places[name] = place

    def has(self, name: str) -> bool:
        """Returns whether a cluster of that name was created."""
        return name in self._clusters

    def put_cluster(self, name: str, endpoint: str, *, account: str, region: str) -> None:
        """Puts an active cluster there that no stack made and that answers at a URL."""
        arn = f"arn:aws:eks:{region}:{account}:cluster/{name}"
        self._clusters[name] = {"name": name, "arn": arn, "endpoint": endpoint, "status": "ACTIVE"}

    def put_nodegroup(self, group: NodeGroup) -> None:
        """Puts a node group there."""
        self._groups[group.cluster_name, group.name] = group

    def remove_nodegroup(self, group: NodeGroup) -> None:
        """Takes a node group away; from now on nobody knows it."""
        del self._groups[group.cluster_name, group.name]

    def _create_cluster(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        name = params["name"]
        if name in self._clusters:
            raise ApiError("ResourceInUseException", f"Cluster already exists with name: {name}", BUSY)
        if name not in self._places:
            known = ", ".join(sorted(self._places))
            message = f"The twin has no place for a cluster {name}: it has those of samconfig.toml, {known}."
            raise ApiError("UnsupportedOperation", message)
        self._clusters[name] = new_cluster(params, self._places[name].endpoint, context)
        return {"cluster": dict(self._clusters[name])}

    def _describe_cluster(self, params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        return {"cluster": dict(self._clusters[self._known_cluster(params["name"])])}

    def _list_clusters(self, _params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        return {"clusters": sorted(self._clusters)}

    def _update_cluster(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        cluster = self._clusters[self._known_cluster(params["name"])]
        cluster |= {key: value for key, value in params.items() if key not in ("name", IDEMPOTENCY)}
        return {"update": {"id": params[IDEMPOTENCY], "status": "Successful", "createdAt": context.clock.now}}

    def _delete_cluster(self, params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        name = self._known_cluster(params["name"])
        if any(owner == name for owner, _ in self._groups):
            raise ApiError("ResourceInUseException", f"Cluster {name} has nodegroups attached", BUSY)
        return {"cluster": self._clusters.pop(name)}

    def _create_nodegroup(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        cluster, name = self._known_cluster(params["clusterName"]), params["nodegroupName"]
        if (cluster, name) in self._groups:
            raise ApiError("ResourceInUseException", f"NodeGroup already exists with name {name}", BUSY)
        if cluster not in self._places:
            raise ApiError("UnsupportedOperation", f"The twin makes no node group in {cluster}.")
        group = self._places[cluster].make_nodegroup(params)
        self.put_nodegroup(group)
        return {"nodegroup": shown_nodegroup(group, context)}

    def _list_nodegroups(self, params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
        cluster = self._known_cluster(params["clusterName"])
        return {"nodegroups": sorted(name for owner, name in self._groups if owner == cluster)}

    def _describe_nodegroup(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        return {"nodegroup": shown_nodegroup(self._known_group(params), context)}

    def _update_nodegroup(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        group = self._known_group(params)
        if group.status != "ACTIVE":
            message = f"Nodegroup cannot be updated as it is currently not in Active State: {group.status}"
            raise ApiError("ResourceInUseException", message, BUSY)
        group.resize(checked_sizes(params.get("scalingConfig", {}), group.sizes))
        update = {"id": params[IDEMPOTENCY], "status": "InProgress", "type": "ConfigUpdate"}
        return {"update": {**update, "createdAt": context.clock.now}}

    def _update_nodegroup_version(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        group = self._known_group(params)
        group.given |= {key: params[key] for key in ("launchTemplate", "version") if key in params}
        update = {"id": params[IDEMPOTENCY], "status": "InProgress", "type": "VersionUpdate"}
        return {"update": {**update, "createdAt": context.clock.now}}

    def _delete_nodegroup(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        group = self._known_group(params)
        shown = shown_nodegroup(group, context)
        group.end()
        self.remove_nodegroup(group)
        return {"nodegroup": {**shown, "status": "DELETING"}}

    def _known_cluster(self, name: str) -> str:
        if name not in self._clusters:
            raise ApiError("ResourceNotFoundException", f"No cluster found for name: {name}.", MISSING)
        return name

    def _known_group(self, params: dict[str, Any]) -> NodeGroup:
        cluster, name = self._known_cluster(params["clusterName"]), params["nodegroupName"]
        if (cluster, name) not in self._groups:
            message = f"No node group found for name: {name}."
            raise ApiError("ResourceNotFoundException", message, MISSING)
        return self._groups[cluster, name]
