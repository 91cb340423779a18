"""Who else is at work in a cluster, as a value: found by an adapter, respected by policies."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class OtherControllers(NamedTuple):
    """Who else scales or restores things in the cluster.

    Attributes:
        cluster_autoscaler: `namespace/name` of Cluster Autoscaler's Deployment; None when there is none.
        nodepools: Names of Karpenter's NodePools.
        restored: Keys of workloads whose replicas Argo CD would put back, each with its Application's name.
        unseen: Kinds that Toban's group may not list, such as `nodepools.karpenter.sh`.
        unreadable: Objects that make no sense and are left out, such as `scaledobjects app/odd`.
        unheeded: Argo CD's Applications, such as `Application team-x/odd`, that claim a workload from a
            namespace that has no say in it.
    """

    cluster_autoscaler: str | None = None
    nodepools: tuple[str, ...] = ()
    restored: Mapping[str, str] = MappingProxyType({})
    unseen: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    unheeded: tuple[str, ...] = ()
