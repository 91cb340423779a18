"""The numbers in the manifests agree with the programs that they are about."""

from typing import Any

import pytest

from api.probes import router as probes
from api.settings import Settings
from api.worker.settings import WorkerSettings
from toban.manifests import rendering

Object = dict[str, Any]


@pytest.fixture(scope="module")
def prod() -> dict[tuple[str, str], Object]:
    objects = rendering.render(rendering.ROOT / "overlays" / "prod")
    return {(each["kind"], each["metadata"]["name"]): each for each in objects}


def pod(prod: dict[tuple[str, str], Object], name: str) -> Object:
    spec: Object = prod["Deployment", name]["spec"]["template"]["spec"]
    return spec


def settings(prod: dict[tuple[str, str], Object]) -> dict[str, str]:
    name = pod(prod, "api-service")["containers"][0]["envFrom"][0]["configMapRef"]["name"]
    data: dict[str, str] = prod["ConfigMap", name]["data"]
    return data


def test_every_setting_is_one_that_the_api_reads(prod: dict[tuple[str, str], Object]) -> None:
    assert set(settings(prod)) <= {name.upper() for name in Settings.model_fields}


def test_every_secret_is_one_that_the_api_reads(prod: dict[tuple[str, str], Object]) -> None:
    secret = prod["ExternalSecret", "api-service"]
    keys = set(secret["spec"]["target"]["template"]["data"])
    needed = {name.upper() for name, field in Settings.model_fields.items() if field.is_required()}

    assert keys == needed


def test_the_probes_ask_paths_that_the_programs_answer(prod: dict[tuple[str, str], Object]) -> None:
    served = {route.path for route in probes.routes}  # type: ignore[attr-defined] # all are HTTP
    for name, known in (("api-service", served), ("worker-service", {"/health", "/metrics"})):
        container = pod(prod, name)["containers"][0]
        asked = {
            container[probe]["httpGet"]["path"]
            for probe in ("startupProbe", "livenessProbe", "readinessProbe")
            if "httpGet" in container[probe]
        }
        assert asked <= known, name


def test_the_ports_are_those_that_the_programs_listen_on(prod: dict[tuple[str, str], Object]) -> None:
    listens = {
        "api-service": int(settings(prod)["PORT"]),
        "worker-service": WorkerSettings.model_fields["worker_port"].default,
    }

    for name, port in listens.items():
        assert pod(prod, name)["containers"][0]["ports"][0]["containerPort"] == port


def test_the_end_of_a_pod_adds_up(prod: dict[tuple[str, str], Object]) -> None:
    """The preStop + the API's drain + its shutdown + 15 s to spare fit into the grace period."""
    api = pod(prod, "api-service")
    waits = api["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    own = float(settings(prod)["DRAIN_S"]) + float(settings(prod)["SHUTDOWN_S"])

    assert waits + own + 15 <= api["terminationGracePeriodSeconds"]


def test_a_kept_connection_outlives_the_balancers(prod: dict[tuple[str, str], Object]) -> None:
    notes = prod["Ingress", "app-ingress"]["metadata"]["annotations"]
    attributes = dict(
        each.split("=") for each in notes["alb.ingress.kubernetes.io/load-balancer-attributes"].split(",")
    )
    idle = float(attributes["idle_timeout.timeout_seconds"])

    assert float(settings(prod)["KEEP_ALIVE_S"]) > idle > Settings.model_fields["request_s"].default


def test_a_job_in_hand_ends_within_the_workers_grace_period(prod: dict[tuple[str, str], Object]) -> None:
    longest = WorkerSettings.model_fields["worker_job_s"].default

    assert pod(prod, "worker-service")["terminationGracePeriodSeconds"] >= longest + 15


def test_all_pods_at_their_most_fit_into_the_quota_and_the_database(
    prod: dict[tuple[str, str], Object],
) -> None:
    most = {
        "api-service": prod["HorizontalPodAutoscaler", "api-service-hpa"]["spec"]["maxReplicas"] + 1,
        "worker-service": prod["HorizontalPodAutoscaler", "worker-service-hpa"]["spec"]["maxReplicas"] + 1,
        "frontend-service": prod["Deployment", "frontend-service"]["spec"]["replicas"] + 1,
    }
    quota = prod["ResourceQuota", "environment"]["spec"]["hard"]
    requests = {name: pod(prod, name)["containers"][0]["resources"]["requests"] for name in most}

    assert sum(most.values()) + 1 <= int(quota["pods"])
    assert sum(int(requests[n]["cpu"].removesuffix("m")) * count for n, count in most.items()) <= 4000
    assert sum(int(requests[n]["memory"].removesuffix("Mi")) * count for n, count in most.items()) <= 6 * 1024
    pool = Settings.model_fields["pool_size"].default
    assert (most["api-service"] + most["worker-service"]) * pool <= 150, "connections that RDS must take"
