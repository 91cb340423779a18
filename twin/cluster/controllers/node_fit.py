"""What a pod asks of a node, and whether the node will take it."""

from __future__ import annotations

from decimal import Decimal

from twin.cluster.selectors import compiled
from twin.cluster.shapes import Object, labels_of, name_of, quantity

_CORDON = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
_MEASURED = ("cpu", "memory", "ephemeral-storage")


def requests_of(pod: Object) -> dict[str, Decimal]:
    """Returns what a pod asks for: the sum of its containers, or its greediest init container."""
    total: dict[str, Decimal] = dict.fromkeys(_MEASURED, Decimal(0))
    for container in pod["spec"].get("containers") or ():
        for resource, amount in ((container.get("resources") or {}).get("requests") or {}).items():
            total[resource] = total.get(resource, Decimal(0)) + quantity(amount)
    for container in pod["spec"].get("initContainers") or ():
        for resource, amount in ((container.get("resources") or {}).get("requests") or {}).items():
            total[resource] = max(total.get(resource, Decimal(0)), quantity(amount))
    return total


def toleration_of(pod: Object, taint: Object) -> Object | None:
    """Returns the pod's first toleration that covers a taint; None when none does."""
    for entry in pod["spec"].get("tolerations") or ():
        if entry.get("effect") not in (None, "", taint["effect"]):
            continue
        exists = entry.get("operator", "Equal") == "Exists"
        if not entry.get("key"):
            if exists:
                return dict(entry)
        elif entry["key"] == taint["key"] and (
            exists or (entry.get("value") or "") == (taint.get("value") or "")
        ):
            return dict(entry)
    return None


def tolerates(pod: Object, taint: Object) -> bool:
    """Returns whether one of the pod's tolerations covers a taint."""
    return toleration_of(pod, taint) is not None


def node_fits(pod: Object, node: Object) -> str:
    """Returns why a node will not take a pod, apart from room; empty when it would."""
    if node["spec"].get("unschedulable") and not tolerates(pod, _CORDON):
        return "node(s) were unschedulable"
    for taint in node["spec"].get("taints") or ():
        if taint["effect"] in ("NoSchedule", "NoExecute") and not tolerates(pod, taint):
            value = f": {taint['value']}" if taint.get("value") else ": "
            return f"node(s) had untolerated taint(s) {{{taint['key']}{value}}}".replace(": }", ": }")
    labels = labels_of(node)
    wanted = pod["spec"].get("nodeSelector") or {}
    if any(labels.get(key) != value for key, value in wanted.items()) or not _affine(pod, node):
        return "node(s) didn't match Pod's node affinity/selector"
    return ""


def _affine(pod: Object, node: Object) -> bool:
    affinity = ((pod["spec"].get("affinity") or {}).get("nodeAffinity")) or {}
    terms = (affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}).get("nodeSelectorTerms")
    if not terms:
        return True
    fields = {"metadata.name": name_of(node)}
    return any(
        all(_holds(need, labels_of(node)) for need in term.get("matchExpressions") or ())
        and all(_holds(need, fields) for need in term.get("matchFields") or ())
        for term in terms
    )


def _holds(need: Object, values: dict[str, str]) -> bool:
    if need["operator"] in ("Gt", "Lt"):
        have, bound = values.get(need["key"]), int(need["values"][0])
        return have is not None and (int(have) > bound if need["operator"] == "Gt" else int(have) < bound)
    return compiled({"matchExpressions": [need]})(values)
