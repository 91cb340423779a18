"""What kube-state-metrics, node-exporter and Prometheus itself would tell of one look at the cluster.

Names and labels are spelt as the real ones spell them. What a pod uses of its node is the load model's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.monitoring import load
from twin.monitoring.facts import LOOK_S

if TYPE_CHECKING:
    from twin.monitoring.facts import Facts, Node
    from twin.monitoring.openmetrics import Samples

_STATE = 'job="kube-state-metrics"'
_API = "api-service"
POD_BYTES = {_API: 157e6, "worker-service": 120e6, "frontend-service": 30e6}
"""What a pod keeps in memory; the cluster's own keep `_OTHER_BYTES` each."""
_OTHER_BYTES = 60e6
_SYSTEM_BYTES = 620e6
_SYSTEM_CPU = 0.06
"""What a node's own programs use, in bytes and in cores for each CPU."""
_POD_CPU = {"worker-service": 0.03, "frontend-service": 0.02}
_OTHER_CPU = 0.01
_REQUEST_BYTES, _ANSWER_BYTES = 900, 6200
_IDLE_BYTES = 30_000
"""Bytes a second of a node that serves nobody: kubelet, DNS, metrics."""


def state(samples: Samples, facts: Facts) -> None:
    """Exposes what kube-state-metrics reads from the API server: the twin's facts, all of it."""
    gauge = samples.gauge
    for node in facts.nodes:
        named = f'{_STATE},node="{node.name}"'
        gauge("kube_node_info", named, 1)
        gauge("kube_node_spec_unschedulable", named, int(node.cordoned))
        gauge("kube_node_status_condition", f'{named},condition="Ready",status="true"', int(node.ready))
    for pod in facts.pods:
        named = f'{_STATE},namespace="{pod.namespace}",pod="{pod.name}"'
        gauge("kube_pod_status_phase", f'{named},phase="{pod.phase}"', 1)
        if pod.app:
            container = pod.app.removesuffix("-service")
            samples.counter("kube_pod_container_status_restarts_total", f'{named},container="{container}"', 0)
    for deployment in facts.deployments:
        named = f'{_STATE},namespace="{deployment.namespace}",deployment="{deployment.name}"'
        gauge("kube_deployment_spec_replicas", named, deployment.wanted)
        gauge("kube_deployment_status_replicas_available", named, deployment.available)
        gauge("kube_deployment_status_replicas_updated", named, deployment.updated)
    for scaler in facts.autoscalers:
        named = f'{_STATE},namespace="{scaler.namespace}",horizontalpodautoscaler="{scaler.name}"'
        gauge("kube_horizontalpodautoscaler_spec_min_replicas", named, scaler.least)
        gauge("kube_horizontalpodautoscaler_spec_max_replicas", named, scaler.most)
        gauge("kube_horizontalpodautoscaler_status_current_replicas", named, scaler.current)
    for budget in facts.budgets:
        named = f'{_STATE},namespace="{budget.namespace}",poddisruptionbudget="{budget.name}"'
        gauge("kube_poddisruptionbudget_status_pod_disruptions_allowed", named, budget.allowed)


def nodes(samples: Samples, facts: Facts) -> None:
    """Exposes what node-exporter reads: machines and pods are the twin's, what pods use is the model's."""
    rps = load.requests_per_second(facts.at)
    serving = max(len(facts.serving(_API)), 1)
    for node in facts.nodes:
        if not node.ready:
            continue  # its exporter is gone with its kubelet
        named = f'job="node-exporter",instance="{node.address}:9100"'
        share = sum(pod.node == node.name for pod in facts.serving(_API)) / serving
        busy = min(node_cores(facts, node, rps), node.cpus) / node.cpus
        for cpu in range(node.cpus):
            idle = (1 - busy * (1 + 0.08 * load.ripple(facts.at, cpu + len(node.address)))) * LOOK_S
            samples.counter(
                "node_cpu_seconds_total", f'{named},cpu="{cpu}",mode="idle"', max(idle, 0), whole=False
            )
        used = node_bytes(facts, node)
        used *= 1 + 0.01 * load.ripple(facts.at, len(node.address))
        samples.gauge("node_memory_MemTotal_bytes", named, node.memory)
        samples.gauge("node_memory_MemAvailable_bytes", named, max(round(node.memory - used), 0))
        for name, size in (("receive", _REQUEST_BYTES), ("transmit", _ANSWER_BYTES)):
            more = (_IDLE_BYTES + rps * share * size) * LOOK_S
            samples.counter(f"node_network_{name}_bytes_total", f'{named},device="eth0"', more)


def node_bytes(facts: Facts, node: Node) -> float:
    """Returns the memory that a node's pods and its own programs keep, in bytes."""
    return _SYSTEM_BYTES + sum(
        POD_BYTES.get(pod.app, _OTHER_BYTES) for pod in facts.pods if pod.node == node.name
    )


def node_cores(facts: Facts, node: Node, rps: float) -> float:
    """Returns the cores that a node's pods and its own programs use while `rps` requests a second come."""
    serving = max(len(facts.serving(_API)), 1)
    used = _SYSTEM_CPU * node.cpus
    for pod in facts.pods:
        if pod.node == node.name and pod.phase == "Running":
            used += (
                load.cpu_cores(rps, serving) / serving
                if pod.app == _API
                else _POD_CPU.get(pod.app, _OTHER_CPU)
            )
    return used


def targets(samples: Samples, facts: Facts) -> None:
    """Exposes what Prometheus knows of its own targets: every ready pod and node of the twin answers."""
    for pod in facts.pods:
        if pod.app and pod.serving:
            samples.gauge("up", f'job="pods",namespace="{pod.namespace}",app="{pod.app}",pod="{pod.name}"', 1)
    for node in facts.nodes:
        if node.ready:
            samples.gauge("up", f'job="kubelet",instance="{node.name}"', 1)
