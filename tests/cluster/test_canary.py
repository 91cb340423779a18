"""The canary on the real Argo Rollouts controller and a real Prometheus: aborted when bad, whole when good.

Only the waiting is shortened; templates, queries and conditions are those of production.
"""

import copy
import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import yaml

from tests.cluster import debian, nights
from tests.cluster.conftest import Environment, needed
from toban.cluster_bed import waiting
from toban.cluster_bed.programs import ROLLOUTS
from toban.manifests import applying, rendering

Object = dict[str, Any]
SPACE = "app-production"
PING_PONG = {"api-service-ping", "api-service-pong"}


@dataclass
class Traffic:
    """What the canary's pods answer, as their /metrics would tell Prometheus: ten requests at each scrape."""

    good: int = 10
    bad: int = 0
    slow: bool = False
    answered: dict[str, float] = field(default_factory=lambda: {"200": 0.0, "500": 0.0})
    hashes: set[str] = field(default_factory=set)

    def metrics(self) -> str:
        self.answered["200"] += self.good
        self.answered["500"] += self.bad
        lines = []
        for version in sorted(self.hashes):
            for status, count in self.answered.items():
                labels = (
                    f'namespace="{SPACE}",app="api-service",pod_template_hash="{version}",status="{status}"'
                )
                lines.append(f"http_request_duration_seconds_count{{{labels}}} {count}")
                for le in ("0.1", "0.5", "1.0", "+Inf"):
                    inside = 0 if self.slow and le in {"0.1", "0.5"} else count
                    lines.append(f'http_request_duration_seconds_bucket{{{labels},le="{le}"}} {inside}')
        return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def traffic() -> Iterator[tuple[Traffic, int]]:
    made = Traffic()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            # As callers find the API: /health answers them, and /ready is behind the cluster's own door.
            asked = self.path == "/health"
            body = json.dumps({"status": "alive"}) if asked else made.metrics()
            self.send_response(404 if self.path == "/ready" else 200)
            self.send_header("Content-Type", "application/json" if asked else "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made, server.server_port
    server.shutdown()


@pytest.fixture(scope="module")
def prometheus(traffic: tuple[Traffic, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("prometheus")
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    config = {
        "global": {"scrape_interval": "500ms", "scrape_timeout": "500ms"},
        "scrape_configs": [
            {
                "job_name": "api",
                "honor_labels": True,
                "static_configs": [{"targets": [f"127.0.0.1:{traffic[1]}"]}],
            }
        ],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    command = [
        debian.program("prometheus"),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stderr=log, stdout=log) as process:  # noqa: S603
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def shortened(objects: list[Object], *, prometheus: str, front_door: str, pause: str = "2s") -> list[Object]:
    """The canary's objects with seconds for minutes, asking the loopback."""
    wanted = {"Rollout", "AnalysisTemplate"}
    found = [x for x in copy.deepcopy(objects) if x["kind"] in wanted or x["metadata"]["name"] in PING_PONG]
    for each in found:
        if each["kind"] == "AnalysisTemplate":
            for argument in each["spec"]["args"]:
                argument.update(
                    {"prometheus": {"value": prometheus}, "url": {"value": front_door}}.get(
                        argument["name"], {}
                    )
                )
            for metric in each["spec"]["metrics"]:
                metric.pop("initialDelay", None)
                metric["interval"] = "1s"
                if "inconclusiveLimit" in metric:
                    metric["inconclusiveLimit"] = 60
        if each["kind"] == "Rollout":
            each["spec"]["minReadySeconds"] = 0
            each["spec"]["strategy"]["canary"]["abortScaleDownDelaySeconds"] = 1
            each["spec"]["strategy"]["canary"]["scaleDownDelaySeconds"] = 1
            for step in each["spec"]["strategy"]["canary"]["steps"]:
                if "pause" in step:
                    step["pause"]["duration"] = pause
    return found


@dataclass
class Canary:
    """The Rollout in the bed."""

    prod: Environment
    objects: list[Object]
    traffic: Traffic
    weights: list[int] = field(default_factory=list)

    @property
    def rollout(self) -> Object:
        return next(each for each in self.objects if each["kind"] == "Rollout")

    def now(self) -> Object:
        found = self.prod.cluster.get(self.prod.cluster.path(self.rollout))
        status = found.get("status", {})
        if status.get("currentPodHash"):
            self.traffic.hashes.add(status["currentPodHash"])
        weight = status.get("canary", {}).get("weights", {}).get("canary", {}).get("weight")
        if weight is not None and self.weights[-1:] != [weight]:
            self.weights.append(weight)
        return found

    def release(self, version: str) -> None:
        template = self.rollout["spec"]["template"]
        template["metadata"].setdefault("annotations", {})["test/version"] = version
        self.weights.clear()
        self.prod.cluster.apply(self.rollout, manager=applying.MANAGER)

    def until(self, phase: str, version: str) -> Object:
        def reached() -> Object | None:
            found = self.now()
            status = found.get("status", {})
            fresh = str(status.get("observedGeneration")) == str(found["metadata"]["generation"])
            return found if fresh and status.get("phase") == phase else None

        try:
            return waiting.until(reached, what=f"{version} to be {phase}", within_s=60)
        except waiting.GaveUpWaitingError as error:
            runs = self.prod.cluster.items(f"/apis/argoproj.io/v1alpha1/namespaces/{SPACE}/analysisruns")
            said = [(each["metadata"]["name"], each.get("status", {}).get("metricResults")) for each in runs]
            raise AssertionError(f"{error}: {self.now().get('status')} {said}") from error

    def serving(self) -> list[str]:
        return [
            pod["metadata"]["annotations"].get("test/version", "") for pod in self.prod.pods("api-service")
        ]


@pytest.fixture(scope="module")
def canary(prod: Environment, traffic: tuple[Traffic, int], prometheus: str) -> Iterator[Canary]:
    needed(ROLLOUTS)
    cluster = prod.cluster
    cluster.forget_kinds()
    rendered = rendering.render(rendering.ROOT / "overlays" / "prod-canary")
    objects = shortened(rendered, prometheus=prometheus, front_door=f"http://127.0.0.1:{traffic[1]}/health")
    plain = next(
        x for x in prod.objects if (x["kind"], x["metadata"]["name"]) == ("Deployment", "api-service")
    )
    changed = [x for x in rendered if x["metadata"]["name"] in {"api-service-hpa", "app-ingress"}]
    cluster.call("DELETE", cluster.path(plain), propagationPolicy="Foreground")
    waiting.until(lambda: not prod.pods("api-service"), what="the plain pods to go", within_s=60)
    found = Canary(prod, objects, traffic[0])
    found.rollout["spec"]["template"]["metadata"].setdefault("annotations", {})["test/version"] = "first"
    applying.apply(cluster, [*objects, *changed], say=lambda _: None, within_s=90)
    yield found
    for each in objects:
        cluster.call("DELETE", cluster.path(each))
    waiting.until(lambda: not prod.pods("api-service"), what="the canary's pods to go", within_s=60)
    applying.apply(cluster, prod.objects, say=lambda _: None, within_s=120)


def test_a_good_version_passes_every_weight_and_replaces_the_old_one(canary: Canary) -> None:
    canary.traffic.good, canary.traffic.bad, canary.traffic.slow = 10, 0, False

    canary.release("good")
    canary.until("Healthy", "good")

    assert [weight for weight in canary.weights if weight] == [5, 25, 50, 100]
    waiting.until(lambda: set(canary.serving()) == {"good"}, what="only the new version", within_s=30)


def test_night_scaling_waits_for_a_release_and_lowers_the_rollout_after_it(canary: Canary) -> None:
    canary.traffic.good, canary.traffic.bad, canary.traffic.slow = 10, 0, False
    night_scaling = nights.adapter(canary.prod, "ScaleWorkloads")
    key = "Rollout app-production/api-service"

    canary.release("evening")
    waiting.until(lambda: night_scaling.releasing() == (key,), what="the release to be seen", within_s=30)
    canary.until("Healthy", "evening")
    assert night_scaling.releasing() == ()

    [found] = [each for each in night_scaling.workloads() if each.key == key]
    assert found.bounds
    assert (found.replicas, found.bounds.min) == (3, 3)
    night_scaling.bound(found, found.bounds._replace(min=1))
    night_scaling.scale(found, 1)
    waiting.until(lambda: len(canary.serving()) == 1, what="one pod at night", within_s=60)
    night_scaling.bound(found, found.bounds)
    night_scaling.scale(found, 3)
    canary.until("Healthy", "evening")
    waiting.until(lambda: nights.ready(canary.prod) == 3, what="three pods by day", within_s=60)


def test_a_version_with_errors_is_aborted_and_the_old_one_serves(canary: Canary) -> None:
    before = set(canary.serving())
    canary.traffic.good, canary.traffic.bad, canary.traffic.slow = 8, 2, False

    canary.release("broken")
    found = canary.until("Degraded", "broken")

    assert 'Metric "error-ratio" assessed Failed' in found["status"]["message"]
    assert found["status"]["abort"]
    waiting.until(lambda: set(canary.serving()) == before, what="only the old version", within_s=30)
    weights = json.loads(_annotations(canary)["alb.ingress.kubernetes.io/actions.api-service"])
    shares = sorted(each["Weight"] for each in weights["ForwardConfig"]["TargetGroups"])
    assert shares == [0, 100]


def test_a_slow_version_is_aborted_for_its_latency(canary: Canary) -> None:
    canary.traffic.good, canary.traffic.bad, canary.traffic.slow = 10, 0, True

    canary.release("slow")
    found = canary.until("Degraded", "slow")

    assert 'Metric "latency" assessed Failed' in found["status"]["message"]


def _annotations(canary: Canary) -> dict[str, str]:
    found: dict[str, str] = canary.prod.cluster.get(
        f"/apis/networking.k8s.io/v1/namespaces/{SPACE}/ingresses/app-ingress"
    )["metadata"]["annotations"]
    return found
