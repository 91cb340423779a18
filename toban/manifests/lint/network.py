"""Network policies: where nothing may leave by default, each workload has a policy that says where its pods may go."""

from collections.abc import Iterator

from toban.manifests.lint.objects import Objects, namespace, template
from toban.manifests.rendering import Object


def way_out_missing(objects: Objects) -> Iterator[tuple[Object, str]]:
    """A workload in a namespace that denies what leaves, without a policy of its own: it reaches nothing."""
    for each in objects.workloads():
        policies = [one for one in objects.of("NetworkPolicy") if _of_egress(one, namespace(each))]
        denied = any(not _labels(one) and not one["spec"].get("egress") for one in policies)
        pods = template(each)["metadata"].get("labels") or {}
        if denied and not any(_labels(one) and _labels(one).items() <= pods.items() for one in policies):
            yield (
                each,
                "nothing may leave its namespace, and no NetworkPolicy selects its pods: they reach nothing",
            )


def _of_egress(policy: Object, where: str) -> bool:
    return namespace(policy) == where and "Egress" in policy["spec"].get("policyTypes", [])


def _labels(policy: Object) -> dict[str, str]:
    found: dict[str, str] = policy["spec"]["podSelector"].get("matchLabels", {})
    return found
