"""What Container Insights publishes of pods and nodes, in percent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.monitoring import load
from twin.monitoring.cluster import POD_BYTES, node_bytes, node_cores
from twin.monitoring.published.situation import API, metric, value

if TYPE_CHECKING:
    from twin.monitoring.published.situation import Published, Situation

NAMESPACE = "ContainerInsights"
LEAK_BYTES_S = 600_000
"""What a leaking pod keeps more each second; chosen."""
BELOW_THE_END = 0.98
"""Of its limit, what a pod comes to before the kernel ends it and it begins anew."""


def pods(situation: Situation) -> Published:
    """Yields what the API's pods use of their limits on average; nothing while none runs."""
    serving, watched = len(situation.serving), situation.watched
    names = {"ClusterName": watched.cluster, "Namespace": watched.namespace, "Service": API}
    cpu = memory = None
    if serving:
        cores = load.cpu_cores(situation.requests, serving) / serving
        cpu = 100 * min(cores / situation.pod_cpu, 1.0)
        memory = 100 * _kept(situation) / situation.pod_memory
    yield metric(NAMESPACE, "pod_cpu_utilization_over_pod_limit", **names), value(cpu)
    yield metric(NAMESPACE, "pod_memory_utilization_over_pod_limit", **names), value(memory)


def _kept(situation: Situation) -> float:
    since = situation.strain.leaks_since
    leaked = (situation.facts.at - since).total_seconds() * LEAK_BYTES_S if since else 0.0
    return min(POD_BYTES[API] + leaked, BELOW_THE_END * situation.pod_memory)


def _leaked_on(situation: Situation, node: str) -> float:
    pods_there = sum(pod.node == node for pod in situation.serving)
    return pods_there * max(_kept(situation) - POD_BYTES[API], 0.0)


def nodes(situation: Situation) -> Published:
    """Yields what the nodes use of their processors and memory on average; a dead node tells nothing."""
    facts, cluster, more = situation.facts, situation.watched.cluster, 100 * situation.strain.node_share
    telling = [node for node in facts.nodes if node.ready]
    cpu = memory = None
    if telling:
        # A pod at its limit waits, and its node idles.
        most = len(situation.serving) * (situation.pod_cpu - load.IDLE_CPU) / load.CPU_S
        shares = [node_cores(facts, node, min(situation.requests, most)) / node.cpus for node in telling]
        kept = [
            (node_bytes(facts, node) + _leaked_on(situation, node.name)) / node.memory for node in telling
        ]
        cpu = min(100 * sum(shares) / len(telling) + more, 100.0)
        memory = min(100 * sum(kept) / len(telling) + more, 100.0)
    yield metric(NAMESPACE, "node_cpu_utilization", ClusterName=cluster), value(cpu)
    yield metric(NAMESPACE, "node_memory_utilization", ClusterName=cluster), value(memory)
    yield metric(NAMESPACE, "cluster_node_count", ClusterName=cluster), value(len(facts.nodes) or None)
