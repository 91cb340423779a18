"""Names by which objects find each other: selectors, ports, references."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toban.manifests.lint.objects import Objects, containers, namespace, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toban.manifests.rendering import Object

_MADE_BY_CONTROLLERS = "ExternalSecret"
_NAMED_BY = {
    "configMapRef": "ConfigMap",
    "configMapKeyRef": "ConfigMap",
    "secretRef": "Secret",
    "secretKeyRef": "Secret",
}


def selector_matches_nothing(objects: Objects) -> Iterator[tuple[Object, str]]:
    """A selector of a workload, budget or network policy that no pod's labels answer."""
    for workload in objects.of("Deployment", "StatefulSet", "DaemonSet", "Rollout"):
        labels = workload["spec"]["selector"].get("matchLabels", {})
        if not labels.items() <= (template(workload)["metadata"].get("labels") or {}).items():
            yield workload, f"its selector {labels} does not match its own pods: give both the same labels"
    for thing in objects.of("PodDisruptionBudget", "NetworkPolicy"):
        key = "selector" if thing["kind"] == "PodDisruptionBudget" else "podSelector"
        labels = thing["spec"][key].get("matchLabels", {})
        if labels and not objects.selected(namespace(thing), labels):
            yield (
                thing,
                (
                    f"its selector {labels} matches no pod in {namespace(thing)}: "
                    "compare it with the pods' labels"
                ),
            )


def service_without_endpoints(objects: Objects) -> Iterator[tuple[Object, str]]:
    """A Service that selects no pod, or whose port no container of theirs has."""
    for service in objects.of("Service"):
        labels = service["spec"].get("selector") or {}
        if not labels:
            continue
        behind = objects.selected(namespace(service), labels)
        if not behind:
            yield (
                service,
                f"no pod in {namespace(service)} has the labels {labels}: it will have no endpoints",
            )
        for port in service["spec"]["ports"]:
            target = port.get("targetPort", port["port"])
            if behind and not any(target in _ports(workload) for workload in behind):
                yield service, f"no container behind it has the port {target}: name one that it listens on"


def probe_without_port(objects: Objects) -> Iterator[tuple[Object, str]]:
    """A probe that asks a port which its container does not name."""
    for workload in objects.workloads():
        for container in containers(workload):
            known = {value for port in container.get("ports", []) for value in port.values()}
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                asked = container.get(probe) or {}
                port = (asked.get("httpGet") or asked.get("tcpSocket") or asked.get("grpc") or {}).get("port")
                if port is not None and port not in known:
                    yield (
                        workload,
                        f"{probe} of {container['name']} asks port {port}, which the container does not have",
                    )


def reference_to_nothing(objects: Objects) -> Iterator[tuple[Object, str]]:
    """A ConfigMap, Secret, account, Service or scale target that nothing makes."""
    for thing in (*objects.workloads(), *objects.of("HorizontalPodAutoscaler", "Ingress")):
        for kind, name in _needed(thing):
            made = objects.find(kind, namespace(thing), name)
            if made is None and not (kind == "Secret" and _synced(objects, namespace(thing), name)):
                yield thing, f"it needs the {kind} {name}, which nothing in this environment makes"


def _ports(workload: Object) -> set[object]:
    named = [port for container in containers(workload) for port in container.get("ports", [])]
    return {port.get("name") for port in named} | {port["containerPort"] for port in named}


def _needed(thing: Object) -> Iterator[tuple[str, str]]:
    if thing["kind"] == "HorizontalPodAutoscaler":
        yield thing["spec"]["scaleTargetRef"]["kind"], thing["spec"]["scaleTargetRef"]["name"]
    elif thing["kind"] == "Ingress":
        for rule in thing["spec"].get("rules", []):
            yield from (("Service", path["backend"]["service"]["name"]) for path in rule["http"]["paths"])
    else:
        yield from _needed_by_pods(thing)


def _needed_by_pods(workload: Object) -> Iterator[tuple[str, str]]:
    pod = template(workload)["spec"]
    if account := pod.get("serviceAccountName"):
        yield "ServiceAccount", account
    for container in containers(workload):
        yield from _needed_by_container(container)
    for volume in pod.get("volumes", []):
        if "configMap" in volume and not volume["configMap"].get("optional"):
            yield "ConfigMap", volume["configMap"]["name"]
        if "secret" in volume:
            yield "Secret", volume["secret"]["secretName"]


def _needed_by_container(container: Object) -> Iterator[tuple[str, str]]:
    sources = [
        *container.get("envFrom", []),
        *(variable.get("valueFrom", {}) for variable in container.get("env", [])),
    ]
    for source in sources:
        for key, found in source.items():
            if key in _NAMED_BY and not found.get("optional"):
                yield _NAMED_BY[key], found["name"]


def _synced(objects: Objects, where: str, name: str) -> bool:
    external = objects.of(_MADE_BY_CONTROLLERS)
    return any(namespace(secret) == where and secret["spec"]["target"]["name"] == name for secret in external)
