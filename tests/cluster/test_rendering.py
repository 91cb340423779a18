"""Every kustomization renders to objects of known kinds with known fields; no cluster is asked."""

import copy
from pathlib import Path
from typing import Any

import pytest

from toban.manifests import checking, lint, order, rendering

KUSTOMIZATIONS = sorted(path.parent for path in rendering.ROOT.rglob("kustomization.yaml"))
COMPONENTS = [
    each for each in KUSTOMIZATIONS if "kind: Component" in (each / "kustomization.yaml").read_text()
]


@pytest.fixture(scope="module")
def prod() -> list[dict[str, Any]]:
    return rendering.render(rendering.ROOT / "overlays" / "prod")


@pytest.mark.parametrize(
    "folder",
    [each for each in KUSTOMIZATIONS if each not in COMPONENTS],
    ids=lambda path: str(path.relative_to(rendering.ROOT)),
)
def test_a_kustomization_renders_into_known_kinds_with_known_fields(folder: Path) -> None:
    objects = rendering.render(folder)

    assert objects
    assert list(checking.faults(objects)) == []


@pytest.mark.parametrize("overlay", rendering.overlays())
def test_an_environment_has_no_finding(overlay: str) -> None:
    objects = rendering.render(rendering.ROOT / "overlays" / overlay)

    assert [str(each) for each in lint.findings(objects)] == []


def test_an_unknown_kind_is_an_error(prod: list[dict[str, Any]]) -> None:
    policy = {"apiVersion": "policy/v1beta1", "kind": "PodSecurityPolicy", "metadata": {"name": "restricted"}}

    [fault] = checking.faults([policy])

    assert "has no kind PodSecurityPolicy in policy/v1beta1" in fault


@pytest.mark.parametrize(
    ("kind", "name", "path", "typo"),
    [
        ("Deployment", "api-service", ["spec", "template", "spec", "containers", 0], "readinesProbe"),
        ("ExternalSecret", "api-service", ["spec", "target"], "creationPolcy"),
        ("Schedule", "objects-hourly", ["spec", "template"], "includeNamespaces"),
    ],
)
def test_a_typo_in_a_field_is_named(
    prod: list[dict[str, Any]], kind: str, name: str, path: list[Any], typo: str
) -> None:
    thing = copy.deepcopy(next(x for x in prod if (x["kind"], x["metadata"]["name"]) == (kind, name)))
    place: Any = thing
    for step in path:
        place = place[step]
    place[typo] = {}

    faults = list(checking.faults([thing]))

    assert any(typo in fault for fault in faults), faults


def test_what_others_need_is_applied_before_what_runs(prod: list[dict[str, Any]]) -> None:
    kinds = [kind for kind, _ in order.stages(prod)]

    assert kinds[0] == "Namespace"
    assert kinds.index("PodDisruptionBudget") < kinds.index("Job") < kinds.index("Deployment")
    assert kinds.index("ValidatingAdmissionPolicyBinding") < kinds.index("Job")
    assert kinds.index("Service") < kinds.index("Ingress") < kinds.index("Deployment"), (
        "or pods get no readiness gate"
    )


def test_a_migration_is_named_after_what_it_runs(prod: list[dict[str, Any]]) -> None:
    job = next(each for each in prod if each["metadata"]["name"].startswith("migration-"))
    plain = {**job, "metadata": {**job["metadata"], "name": "migration"}}
    other = copy.deepcopy(plain)
    other["spec"]["template"]["spec"]["containers"][0]["image"] += "1"

    assert rendering.named(plain)["metadata"]["name"] == job["metadata"]["name"]
    assert rendering.named(other)["metadata"]["name"] != job["metadata"]["name"]
