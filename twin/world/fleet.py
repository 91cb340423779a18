"""A fleet's clusters: each with nodes and the workload of its own, all operated by one control plane.

They answer behind one gateway and share one clock. What a cluster is asked, by AWS's API and by Kubernetes',
is counted for each, so that a scenario can say what one more cluster costs.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from functions.night_scaling.bundled import SCHEDULES
from twin.cluster.api.gateway import Gateway
from twin.cluster.simulation import SimulatedCluster
from twin.world.environment import replicas_of
from twin.world.nodegroups import NodeGroup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from twin.access_entries import AccessEntries
    from twin.account import Account
    from twin.api_calls import ApiCalls
    from twin.api_records import Call
    from twin.clock import Clock
    from twin.timeline import Listener
    from twin.world.deployments import Deployment
    from twin.world.durations import Durations
    from twin.world.eks import Eks

PATTERN = "team-*"
"""What the parameter FleetClusters says: the clusters' names."""
ZONES = ("ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d")
SIZES = (1, 3, 4)
"""Min, desired and max nodes of each cluster's group."""
GROUP = "primary"


@dataclass(frozen=True, slots=True)
class Member:
    """One cluster of the fleet. `name` is the schedule document's, `cluster_name` is EKS's."""

    name: str
    cluster_name: str
    cluster: SimulatedCluster
    group: NodeGroup

    def replicas(self) -> dict[str, int]:
        """Returns the replicas asked for, by `namespace/kind/name`."""
        return replicas_of(self.cluster)


@dataclass(eq=False)
class Fleet:
    """The clusters of one environment's fleet.

    Args:
        deployment: The environment's control plane.
        count: How many clusters it has, the stack's own among them.
    """

    deployment: Deployment
    count: int
    members: dict[str, Member] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._open = ExitStack()
        self._asked: Counter[str] = Counter()
        self._named: dict[str, str] = {}

    def fill(
        self,
        objects: Sequence[dict[str, Any]],
        *,
        clock: Clock,
        durations: Durations,
        seed: int,
        tell: Listener,
        numbered: Callable[[], int],
    ) -> None:
        """Makes the clusters, with their nodes and the objects that each carries."""
        for number in range(self.count - 1):
            name, cluster_name = f"c{number}", f"team-{number}"
            cluster = SimulatedCluster(clock, seed=seed + number)
            group = NodeGroup(
                environment=f"{self.deployment.environment}/{name}",
                cluster_name=cluster_name,
                name=GROUP,
                sizes=SIZES,
                instance_type="t3.medium",
                zones=ZONES,
                clock=clock,
                durations=durations,
                cluster=cluster,
                listener=tell,
                numbered=numbered,
            )
            group.fill()
            cluster.apply(*objects)
            self.members[name] = Member(name, cluster_name, cluster, group)

    def serve_all(self, clock: Clock, eks: Eks, entries: AccessEntries, account: Account) -> None:
        """Lets EKS know the clusters and the clusters answer, to the roles that have an entry on them."""
        gateway = self._open.enter_context(closing(Gateway()))
        self.gateway, self._eks = gateway, eks
        for member in self.members.values():
            known = entries.authenticator(member.cluster_name, clock, account=account.account)
            url = member.cluster.serve_behind(gateway, member.cluster_name, known)
            eks.put_cluster(member.cluster_name, url, account=account.account, region=account.region)
            eks.put_nodegroup(member.group)

    def join(self, eks: Any) -> None:
        """Gives the functions' roles, as a team does, their entries on the stack's own cluster."""
        own = self.deployment.cluster
        principals = eks.list_access_entries(clusterName=own)["accessEntries"]
        groups = {
            principal: eks.describe_access_entry(clusterName=own, principalArn=principal)["accessEntry"]
            for principal in principals
        }
        for member in self.members.values():
            for principal, entry in groups.items():
                eks.create_access_entry(
                    clusterName=member.cluster_name,
                    principalArn=principal,
                    kubernetesGroups=entry["kubernetesGroups"],
                )

    def lose_nodegroup(self, member: Member) -> None:
        """Lets a cluster's node group be deleted by a person; its nodes are somebody else's affair."""
        self._eks.remove_nodegroup(member.group)

    def schedule(self) -> str:
        """Returns the environment's bundled schedule document with a target for each cluster."""
        document = json.loads((SCHEDULES / f"{self.deployment.environment}.json").read_text(encoding="utf-8"))
        lowest, desired, most = SIZES
        given = {"name": GROUP, "instance_type": "t3.medium", "min": lowest, "desired": desired, "max": most}
        document["targets"] += [
            {"name": member.name, "cluster": member.cluster_name, "nodegroups": [given]}
            for member in self.members.values()
        ]
        return json.dumps(document)

    def count_calls(self, api_calls: ApiCalls) -> None:
        """Begins to count what each cluster is asked, anew."""
        self._asked.clear()
        self.gateway.requests.clear()
        self._named |= {member.cluster_name: member.name for member in self.members.values()}
        api_calls.observe(self._count)

    def requests(self) -> dict[str, dict[str, int]]:
        """Returns for each cluster how many requests went to AWS and to Kubernetes for it."""
        return {
            member.name: {
                "aws": self._asked[member.name],
                "kubernetes": self.gateway.requests[member.cluster_name],
            }
            for member in self.members.values()
        }

    def close(self) -> None:
        """Closes the gateway."""
        self._open.close()

    def _count(self, call: Call) -> None:
        if not call.finished:
            for name in self._concerned(call):
                self._asked[name] += 1

    def _concerned(self, call: Call) -> Iterator[str]:
        given = call.params
        if call.service == "eks":
            named = self._named.get(str(given.get("clusterName", given.get("name"))))
            if named:
                yield named
        elif call.service == "autoscaling":
            instance = given.get("InstanceId")
            yield from (name for name, member in self.members.items() if instance in member.group.instances)
        elif call.service == "dynamodb":
            key = given.get("Key") or given.get("Item") or {}
            text = str(
                key.get("pk", given.get("ExpressionAttributeValues", {}).get(":target", {})).get("S", "")
            )
            _, _, rest = text.partition(f"{self.deployment.environment}/")
            if rest in self.members:
                yield rest
