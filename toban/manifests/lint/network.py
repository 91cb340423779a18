"""Network policies: where nothing may leave by default, a policy says where each workload's pods may go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toban.manifests.lint.objects import Objects, namespace, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toban.manifests.rendering import Object


def way_out_missing(objects: Objects) -> Iterator[tuple[Object, str]]:
    """A workload in a namespace that denies what leaves, without a policy of its own: it reaches nothing."""
    for workload in objects.workloads():
        policies = [
            policy for policy in objects.of("NetworkPolicy") if _of_egress(policy, namespace(workload))
        ]
        denied = any(not _labels(policy) and not policy["spec"].get("egress") for policy in policies)
        pods = template(workload)["metadata"].get("labels") or {}
        if denied and not any(
            _labels(policy) and _labels(policy).items() <= pods.items() for policy in policies
        ):
            yield (
                workload,
                "nothing may leave its namespace, and no NetworkPolicy selects its pods: they reach nothing",
            )


def _of_egress(policy: Object, where: str) -> bool:
    return namespace(policy) == where and "Egress" in policy["spec"].get("policyTypes", [])


def _labels(policy: Object) -> dict[str, str]:
    found: dict[str, str] = policy["spec"]["podSelector"].get("matchLabels", {})
    return found
