"""Disruption budgets: what they count, and what an eviction is told when one is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.contracts.cluster.subject import Answer, Subject

REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."


def _budget(cluster: Subject, name: str = "web", app: str = "web", **spec: Any) -> None:
    body = {"selector": {"matchLabels": {"app": app}}, **spec}
    cluster.make("poddisruptionbudgets", {"metadata": {"name": name}, "spec": body})
    cluster.until(lambda: _status(cluster, name).get("observedGeneration") == 1, "the budget")


def _status(cluster: Subject, name: str = "web") -> dict[str, Any]:
    return dict(cluster.get(cluster.at("poddisruptionbudgets", name)).get("status") or {})


def _allows(cluster: Subject, count: int) -> None:
    cluster.until(lambda: _status(cluster).get("disruptionsAllowed") == count, f"a budget for {count}")


def _evict(cluster: Subject, pod: str, **query: str) -> Answer:
    return cluster.send("POST", cluster.at("pods", pod, "eviction"), {"metadata": {"name": pod}}, **query)


def _names(cluster: Subject) -> list[str]:
    return [pod["metadata"]["name"] for pod in cluster.pods()]


def _make_unready(cluster: Subject, pod: str) -> None:
    condition = {"type": "Ready", "status": "False"}
    body = {"status": {"conditions": [condition]}}
    cluster.patch(cluster.at("pods", pod, "status"), body, "application/strategic-merge-patch+json")


@pytest.fixture
def web(cluster: Subject) -> Subject:
    """Four ready pods on one node."""
    cluster.add_node()
    cluster.run("web", 4)
    return cluster


@pytest.mark.parametrize(
    ("spec", "needed", "allowed"),
    [
        ({"minAvailable": 3}, 3, 1),
        ({"minAvailable": "50%"}, 2, 2),
        ({"minAvailable": "60%"}, 3, 1),
        ({"minAvailable": 9}, 9, 0),
        ({"maxUnavailable": 1}, 3, 1),
        ({"maxUnavailable": "30%"}, 2, 2),
        ({"maxUnavailable": 0}, 4, 0),
        ({"maxUnavailable": "100%"}, 0, 4),
    ],
)
def test_a_budget_counts(web: Subject, spec: dict[str, Any], needed: int, allowed: int) -> None:
    _budget(web, **spec)
    _allows(web, allowed)
    status = _status(web)
    assert (status["currentHealthy"], status["desiredHealthy"], status["expectedPods"]) == (4, needed, 4)


def test_a_budget_says_on_itself_whether_it_lets_anybody_go(web: Subject) -> None:
    _budget(web, minAvailable=3)
    _allows(web, 1)
    path = web.at("poddisruptionbudgets", "web")
    assert web.condition(path, "DisruptionAllowed", "reason") == "SufficientPods"
    web.patch(path, {"spec": {"minAvailable": 4}})
    _allows(web, 0)
    assert web.condition(path, "DisruptionAllowed") == "False"
    assert web.condition(path, "DisruptionAllowed", "reason") == "InsufficientPods"


def test_evictions_are_admitted_until_the_budget_is_spent(web: Subject) -> None:
    _budget(web, minAvailable=3)
    _allows(web, 1)
    first, second, *_ = _names(web)
    node = f"/api/v1/nodes/{web.pods()[0]['spec']['nodeName']}"
    # No replacement may become ready in between.
    web.patch(node, {"spec": {"unschedulable": True}})
    assert _evict(web, first).code == 201
    refused = _evict(web, second)
    assert (refused.code, refused.reason, refused.message) == (429, "TooManyRequests", REFUSED)
    assert [cause["reason"] for cause in refused.causes] == ["DisruptionBudget"]
    web.patch(node, {"spec": {"unschedulable": None}})
    _allows(web, 1)
    assert _evict(web, second).code == 201


def test_a_spent_budget_says_what_it_needs_and_has(web: Subject) -> None:
    _budget(web, minAvailable=4)
    refused = _evict(web, _names(web)[0])
    assert refused.code == 429
    text = "The disruption budget web needs 4 healthy pods and has 4 currently"
    assert refused.causes == [{"reason": "DisruptionBudget", "message": text}]
    assert "retryAfterSeconds" not in refused.body["details"]


def test_an_evicted_pod_says_why_it_goes(web: Subject) -> None:
    _budget(web, minAvailable=3)
    _allows(web, 1)
    pod = _names(web)[0]
    answer = _evict(web, pod)
    assert (answer.code, answer.body["status"]) == (201, "Success")
    found = web.send("GET", web.at("pods", pod))
    if found.code == 200:
        told = {entry["type"]: entry for entry in found.body["status"]["conditions"]}
        assert told["DisruptionTarget"]["reason"] == "EvictionByEvictionAPI"
        assert told["DisruptionTarget"]["message"] == "Eviction API: evicting"


def test_a_dry_eviction_is_judged_and_spends_nothing(web: Subject) -> None:
    _budget(web, minAvailable=3)
    _allows(web, 1)
    for pod in _names(web)[:2]:
        assert _evict(web, pod, dryRun="All").code == 201
    assert len(_names(web)) == 4
    assert _status(web)["disruptionsAllowed"] == 1


def test_a_pod_without_a_budget_may_always_go(web: Subject) -> None:
    assert [_evict(web, pod).code for pod in _names(web)] == [201] * 4


def test_a_pod_under_two_budgets_may_never_go(web: Subject) -> None:
    _budget(web, "web", minAvailable=1)
    _budget(web, "other", minAvailable=1)
    _allows(web, 3)
    answer = _evict(web, _names(web)[0])
    assert answer.code == 500
    assert answer.message == (
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
    )


def test_an_eviction_of_another_name_is_refused(web: Subject) -> None:
    first, second, *_ = _names(web)
    answer = web.send("POST", web.at("pods", first, "eviction"), {"metadata": {"name": second}})
    assert (answer.code, answer.reason) == (400, "BadRequest")
    assert answer.message == "name in URL does not match name in Eviction object"


def test_an_eviction_of_nobody_is_not_found(web: Subject) -> None:
    answer = _evict(web, "nobody")
    assert (answer.code, answer.message) == (404, 'pods "nobody" not found')


def test_a_waiting_pod_disrupts_nobody(cluster: Subject) -> None:
    cluster.make("deployments", cluster.deployment(replicas=1))
    cluster.until(lambda: len(cluster.pods()) == 1, "the pod")
    _budget(cluster, minAvailable=1)
    assert _evict(cluster, _names(cluster)[0]).code == 201


def test_an_unhealthy_pod_may_go_while_enough_others_are_healthy(web: Subject) -> None:
    _budget(web, minAvailable=3)
    _allows(web, 1)
    sick = _names(web)[0]
    _make_unready(web, sick)
    _allows(web, 0)
    assert _evict(web, sick).code == 201


def test_an_unhealthy_pod_counts_when_too_few_are_healthy(web: Subject) -> None:
    _budget(web, minAvailable=4)
    sick = _names(web)[0]
    _make_unready(web, sick)
    web.until(lambda: _status(web)["currentHealthy"] == 3, "the count")
    assert _evict(web, sick).code == 429


def test_always_allow_lets_every_unhealthy_pod_go(web: Subject) -> None:
    _budget(web, minAvailable=4, unhealthyPodEvictionPolicy="AlwaysAllow")
    sick = _names(web)[0]
    _make_unready(web, sick)
    web.until(lambda: _status(web)["currentHealthy"] == 3, "the count")
    assert _evict(web, sick).code == 201


def test_a_budget_with_an_empty_selector_covers_the_whole_namespace(web: Subject) -> None:
    web.make(
        "poddisruptionbudgets", {"metadata": {"name": "web"}, "spec": {"selector": {}, "minAvailable": 4}}
    )
    web.until(lambda: _status(web).get("currentHealthy") == 4, "the count")
    assert _evict(web, _names(web)[0]).code == 429
