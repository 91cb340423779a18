"""Chaos Mesh's object for each fault on pods: its kind, its selector and its duration."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functions.chaos.policy.experiment import Experiment

NAMESPACE = "chaos-engineering"
"""Where every experiment's object lives."""
APP = "app"
"""Label by which a workload's pods are selected: its value is the workload's name."""


def chaos_object(experiment: Experiment, run: str, *, hits: int, label: str) -> dict[str, Any]:
    """Returns the object that is the fault.

    Args:
        experiment: An experiment on pods, or on the pods of a zone.
        run: Name of the run, which becomes the object's.
        hits: How many pods are hit.
        label: Label that names the run.
    """
    kind, spec = _SPECS[experiment.fault.name](experiment)
    zone = experiment.target.zone
    mode = {"mode": "all"} if zone else {"mode": "fixed", "value": str(hits)}
    minutes = experiment.duration // timedelta(minutes=1)
    duration = {} if experiment.fault.one_shot else {"duration": f"{minutes}m"}
    return {
        "apiVersion": "chaos-mesh.org/v1alpha1",
        "kind": kind,
        "metadata": {"name": run, "namespace": NAMESPACE, "labels": {label: run}},
        "spec": {**spec, **mode, "selector": _selector(experiment), **duration},
    }


def _selector(experiment: Experiment) -> dict[str, Any]:
    target = experiment.target
    selector: dict[str, Any] = {"namespaces": [target.namespace]}
    if target.workload:
        selector["labelSelectors"] = {APP: target.workload.partition("/")[2]}
    if target.zone:
        selector["nodeSelectors"] = {"topology.kubernetes.io/zone": target.zone}
    return selector


def _pod(action: str) -> Any:
    return lambda _experiment: ("PodChaos", {"action": action})


def _network(experiment: Experiment) -> tuple[str, dict[str, Any]]:
    told = experiment.parameters
    # External targets are reached in the direction `to` alone.
    spec: dict[str, Any] = {"direction": "to", "externalTargets": [told["toward"]]}
    if experiment.fault.name == "latency":
        spec |= {
            "action": "delay",
            "delay": {"latency": f"{told['delay_ms']}ms", "jitter": f"{told.get('jitter_ms', 0)}ms"},
        }
    elif experiment.fault.name == "loss":
        spec |= {"action": "loss", "loss": {"loss": str(told["loss_percent"])}}
    else:
        spec |= {"action": "partition"}
    return "NetworkChaos", spec


def _cpu(experiment: Experiment) -> tuple[str, dict[str, Any]]:
    told = experiment.parameters
    return "StressChaos", {"stressors": {"cpu": {"workers": told["workers"], "load": told["load_percent"]}}}


def _memory(experiment: Experiment) -> tuple[str, dict[str, Any]]:
    told = experiment.parameters
    return "StressChaos", {
        "stressors": {"memory": {"workers": told["workers"], "size": f"{told['megabytes']}MB"}}
    }


def _names(experiment: Experiment) -> tuple[str, dict[str, Any]]:
    return "DNSChaos", {"action": "error", "patterns": [experiment.parameters["toward"]]}


_SPECS: dict[str, Any] = {
    "pod-kill": _pod("pod-kill"),
    "pod-unavailable": _pod("pod-failure"),
    "zone-outage": _pod("pod-failure"),
    "latency": _network,
    "loss": _network,
    "partition": _network,
    "cpu": _cpu,
    "memory": _memory,
    "dependency-errors": _names,
}
