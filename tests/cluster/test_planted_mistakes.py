"""A mistake of each kind, planted into the production environment, is caught by its rule's name."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from toban.manifests import lint, rendering

Object = dict[str, Any]
Find = Callable[[str, str], Object]


@pytest.fixture(scope="module")
def prod() -> list[Object]:
    return rendering.render(rendering.ROOT / "overlays" / "prod")


def pod(find: Find) -> Object:
    found: Object = find("Deployment", "api-service")["spec"]["template"]
    return found


def container(find: Find) -> Object:
    first: Object = pod(find)["spec"]["containers"][0]
    return first


def selector_of_a_budget(find: Find) -> None:
    find("PodDisruptionBudget", "api-service")["spec"]["selector"]["matchLabels"] = {"app": "api"}


def selector_of_a_deployment(find: Find) -> None:
    find("Deployment", "api-service")["spec"]["selector"]["matchLabels"] = {"app": "api"}


def service_of_nobody(find: Find) -> None:
    find("Service", "api-service")["spec"]["selector"] = {"app": "api"}


def service_of_no_port(find: Find) -> None:
    find("Service", "api-service")["spec"]["ports"][0]["targetPort"] = 9000


def probe_of_no_port(find: Find) -> None:
    container(find)["readinessProbe"]["httpGet"]["port"] = "web"


def settings_of_nobody(find: Find) -> None:
    container(find)["envFrom"][0]["configMapRef"]["name"] = "api-settings"


def ingress_to_nowhere(find: Find) -> None:
    rule = find("Ingress", "app-ingress")["spec"]["rules"][0]
    rule["http"]["paths"][0]["backend"]["service"]["name"] = "api"


def scaler_of_nobody(find: Find) -> None:
    find("HorizontalPodAutoscaler", "api-service-hpa")["spec"]["scaleTargetRef"]["name"] = "api"


def fixed_replicas(find: Find) -> None:
    find("Deployment", "api-service")["spec"]["replicas"] = 3


def no_request(find: Find) -> None:
    del container(find)["resources"]["requests"]["cpu"]


def short_grace(find: Find) -> None:
    pod(find)["spec"]["terminationGracePeriodSeconds"] = 45


def doubled_drain(find: Find) -> None:
    find("ConfigMap", container(find)["envFrom"][0]["configMapRef"]["name"])["data"]["DRAIN_S"] = "15"


def late_balancer(find: Find) -> None:
    notes = find("Ingress", "app-ingress")["metadata"]["annotations"]
    notes["alb.ingress.kubernetes.io/healthcheck-interval-seconds"] = "15"


def default_deregistration(find: Find) -> None:
    del find("Ingress", "app-ingress")["metadata"]["annotations"][
        "alb.ingress.kubernetes.io/target-group-attributes"
    ]


def tagged_image(find: Find) -> None:
    container(find)["image"] = "111122223333.dkr.ecr.ap-northeast-1.amazonaws.com/api-service:latest"


def no_budget(find: Find) -> None:
    find("PodDisruptionBudget", "api-service")["metadata"]["namespace"] = "another"


def greedy_budget(find: Find) -> None:
    find("PodDisruptionBudget", "api-service")["spec"]["minAvailable"] = 3


def migration_shut_in(find: Find) -> None:
    find("NetworkPolicy", "migration")["spec"]["podSelector"] = {"matchLabels": {"app": "monitoring-role"}}


def secret_of_nobody(find: Find) -> None:
    find("ExternalSecret", "exporters")["spec"]["target"]["name"] = "exporter"


def all_verbs(find: Find) -> None:
    find("ClusterRole", "toban-reader")["rules"][0]["verbs"] = ["*"]


def readable_secrets(find: Find) -> None:
    find("ClusterRole", "toban-reader")["rules"][0]["resources"].append("secrets")


@pytest.mark.parametrize(
    ("plant", "rule"),
    [
        (selector_of_a_budget, "selector-matches-nothing"),
        (selector_of_a_deployment, "selector-matches-nothing"),
        (service_of_nobody, "service-without-endpoints"),
        (service_of_no_port, "service-without-endpoints"),
        (probe_of_no_port, "probe-without-port"),
        (settings_of_nobody, "reference-to-nothing"),
        (ingress_to_nowhere, "reference-to-nothing"),
        (scaler_of_nobody, "reference-to-nothing"),
        (fixed_replicas, "autoscaler-fights-replicas"),
        (no_request, "autoscaler-without-request"),
        (short_grace, "grace-period-too-short"),
        (doubled_drain, "grace-period-too-short"),
        (late_balancer, "drain-longer-than-the-wait"),
        (default_deregistration, "drain-longer-than-the-wait"),
        (tagged_image, "image-by-tag"),
        (no_budget, "budget-missing"),
        (greedy_budget, "budget-never-yields"),
        (migration_shut_in, "way-out-missing"),
        (secret_of_nobody, "reference-to-nothing"),
        (all_verbs, "wildcard-access"),
        (readable_secrets, "secrets-readable"),
    ],
    ids=lambda each: each.__name__ if callable(each) else None,
)
def test_a_planted_mistake_is_caught_by_name(
    prod: list[Object], plant: Callable[[Find], None], rule: str
) -> None:
    objects = copy.deepcopy(prod)

    def find(kind: str, name: str) -> Object:
        return next(each for each in objects if (each["kind"], each["metadata"]["name"]) == (kind, name))

    plant(find)

    assert rule in {each.rule for each in lint.findings(objects)}


def test_every_rule_has_a_mistake_that_it_caught() -> None:
    marks = test_a_planted_mistake_is_caught_by_name.pytestmark  # type: ignore[attr-defined] # pytest's own

    assert {rule for _, rule in marks[0].args[1]} == set(lint.RULES)


def test_a_waiver_without_a_reason_waives_nothing(prod: list[Object]) -> None:
    objects = copy.deepcopy(prod)
    role = next(each for each in objects if each["metadata"]["name"] == "toban-reader")
    role["rules"][0]["verbs"] = ["*"]
    role["metadata"]["annotations"] = {"toban.dev/waive-wildcard-access": ""}
    assert lint.findings(objects)

    role["metadata"]["annotations"]["toban.dev/waive-wildcard-access"] = "a test"
    assert not lint.findings(objects)
