"""Chaos Mesh is let in by our own quota and its webhook, and the group may do what experiments need."""

import json
from typing import Any

import pytest
import yaml

from functions.chaos.bundled import bundled_experiments
from functions.chaos.policy.catalogue import FAULTS
from functions.chaos.policy.chaos_mesh import NAMESPACE, chaos_object
from functions.chaos.policy.document import parse_experiment
from functions.chaos.policy.numbers import Numbers
from functions.night_scaling.bundled import bundled_schedule
from toban.manifests import rendering

FOLDER = rendering.ROOT / "platform" / "charts" / "values"
CONTROLLER, DNS_SERVER = (25, 256), (100, 70)
"""Requests of the chart's own, in thousandths of a processor and MiB."""


@pytest.fixture(scope="module", params=["dev", "prod"])
def objects(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    return rendering.render(rendering.ROOT / "overlays" / str(request.param))


def kinds_that_experiments_use() -> set[str]:
    found = set()
    for name, path in bundled_experiments().items():
        if FAULTS[name].unit in {"pods", "zone"}:
            asked = parse_experiment(path.read_bytes(), numbers=Numbers())
            found.add(chaos_object(asked, "run", hits=1, label="x")["kind"].lower())
    return found


def test_the_quota_admits_a_daemon_on_every_node_beside_the_controllers(
    objects: list[dict[str, Any]],
) -> None:
    [quota] = [
        each
        for each in objects
        if each["kind"] == "ResourceQuota" and each["metadata"]["namespace"] == NAMESPACE
    ]
    daemon = yaml.safe_load((FOLDER / "chaos-mesh.yaml").read_text())["chaosDaemon"]["resources"]["requests"]
    targets = json.loads(str(bundled_schedule("prod")))["targets"]
    nodes = max(sum(group["max"] for group in target["nodegroups"]) for target in targets)
    each = (int(daemon["cpu"].rstrip("m")), int(daemon["memory"].rstrip("Mi")))
    cpu, memory = (
        nodes * one + 2 * two + 2 * three
        for one, two, three in zip(each, CONTROLLER, DNS_SERVER, strict=True)
    )
    hard = quota["spec"]["hard"]

    assert nodes + 4 <= int(hard["pods"])
    assert cpu <= int(hard["requests.cpu"]) * 1000
    assert memory <= int(hard["requests.memory"].rstrip("Gi")) * 1024


def test_the_group_makes_looks_at_pauses_and_deletes_the_kinds_that_experiments_use_and_no_others(
    objects: list[dict[str, Any]],
) -> None:
    roles = {
        (each["metadata"]["namespace"], each["metadata"]["name"]): each["rules"]
        for each in objects
        if each["kind"] == "Role"
    }
    [own] = roles[NAMESPACE, "toban-chaos"]
    [targets] = roles["app-production", "toban-chaos-targets"]

    assert set(own["resources"]) == set(targets["resources"]) == kinds_that_experiments_use()
    assert set(own["verbs"]) == {"create", "get", "list", "patch", "delete"}
    assert targets["verbs"] == ["create"]


def test_the_webhook_finds_the_group_allowed_in_every_namespace_that_experiments_select(
    objects: list[dict[str, Any]],
) -> None:
    bound = {
        each["metadata"]["namespace"]
        for each in objects
        if each["kind"] == "RoleBinding"
        and {"toban:chaos"} == {subject["name"] for subject in each["subjects"]}
    }
    selected = {
        parse_experiment(path.read_bytes(), numbers=Numbers()).target.namespace
        for path in bundled_experiments().values()
    } - {""}

    assert selected <= bound
