"""Autoscalers follow the load in their bounds, as fast as they are allowed, and stand still without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.unit.twin.cluster.conftest import Bench

PATH = "/apis/autoscaling/v2/namespaces/app-production/horizontalpodautoscalers/api"
SCALE = "/apis/apps/v1/namespaces/app-production/deployments/api/scale"


def _autoscale(bench: Bench, low: int = 3, high: int = 10, **spec: Any) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api"}
    metric = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}
    bench.add_nodes("n1", "n2", "n3")
    bench.deploy(replicas=3)
    bench.cluster.apply(
        {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": "api", "namespace": "app-production"},
            "spec": {
                "scaleTargetRef": target,
                "minReplicas": low,
                "maxReplicas": high,
                "metrics": [{"type": "Resource", "resource": metric}],
                **spec,
            },
        }
    )
    bench.run(minutes=1)


def _load(bench: Bench, cpu: str) -> None:
    bench.cluster.set_load("Deployment", "app-production", "api", cpu=cpu)


def _replicas(bench: Bench) -> int:
    return int(bench.get("deployments.apps", "api")["spec"]["replicas"])


def _reason(bench: Bench, kind: str) -> str:
    return str(bench.condition("horizontalpodautoscalers.autoscaling", "api", kind)["reason"])


def test_without_a_load_the_replicas_stay_within_the_bounds(bench: Bench) -> None:
    _autoscale(bench)
    bench.run(hours=1)
    assert _replicas(bench) == 3
    bench.patch(PATH, {"spec": {"minReplicas": 5}})
    assert _replicas(bench) == 5
    bench.patch(PATH, {"spec": {"minReplicas": 1, "maxReplicas": 2}})
    assert _replicas(bench) == 2


def test_a_rising_load_scales_up_until_each_pod_is_at_its_target(bench: Bench) -> None:
    _autoscale(bench)
    # 7 pods of 200m at 70 % carry 980m.
    _load(bench, "980m")
    bench.run(minutes=2)
    assert _replicas(bench) == 7
    status = bench.get("horizontalpodautoscalers.autoscaling", "api")["status"]
    assert (status["currentReplicas"], status["desiredReplicas"]) == (7, 7)
    assert status["currentMetrics"][0]["resource"]["current"]["averageUtilization"] == 70
    assert _reason(bench, "ScalingActive") == "ValidMetricFound"


def test_a_use_within_a_tenth_of_the_target_changes_nothing(bench: Bench) -> None:
    _autoscale(bench)
    _load(bench, "460m")  # 3 pods of 200m at 76.7 %
    bench.run(minutes=10)
    assert _replicas(bench) == 3


def test_the_bounds_hold_whatever_the_load_and_say_so(bench: Bench) -> None:
    _autoscale(bench, high=5)
    _load(bench, "20")
    bench.run(minutes=2)
    assert (_replicas(bench), _reason(bench, "ScalingLimited")) == (5, "TooManyReplicas")
    _load(bench, "1m")
    bench.run(minutes=10)
    assert (_replicas(bench), _reason(bench, "ScalingLimited")) == (3, "TooFewReplicas")


def test_a_falling_load_scales_down_only_after_five_minutes(bench: Bench) -> None:
    _autoscale(bench)
    _load(bench, "980m")
    bench.run(minutes=10)
    _load(bench, "420m")
    bench.run(seconds=299)
    assert (_replicas(bench), _reason(bench, "AbleToScale")) == (7, "ScaleDownStabilized")
    bench.run(seconds=1)
    assert _replicas(bench) == 3


def test_a_dip_shorter_than_the_window_is_forgotten(bench: Bench) -> None:
    _autoscale(bench)
    _load(bench, "980m")
    bench.run(minutes=10)
    _load(bench, "420m")
    bench.run(minutes=2)
    _load(bench, "980m")
    bench.run(minutes=30)
    assert _replicas(bench) == 7


def test_a_policy_limits_the_pods_of_each_period(bench: Bench) -> None:
    one_a_minute = {"policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}]}
    _autoscale(bench, behavior={"scaleUp": one_a_minute})
    _load(bench, "980m")
    seen = []
    for _ in range(5):
        seen.append(_replicas(bench))
        bench.run(minutes=1)
    assert seen == [4, 5, 6, 7, 7]


def test_a_disabled_direction_never_moves(bench: Bench) -> None:
    _autoscale(bench, behavior={"scaleDown": {"selectPolicy": "Disabled"}})
    _load(bench, "980m")
    bench.run(minutes=5)
    _load(bench, "1m")
    bench.run(hours=2)
    assert _replicas(bench) == 7


def test_a_workload_at_zero_switches_its_autoscaler_off_and_waking_switches_it_on(bench: Bench) -> None:
    _autoscale(bench)
    bench.patch(SCALE, {"spec": {"replicas": 0}})
    bench.run(hours=8)
    assert (_replicas(bench), _reason(bench, "ScalingActive")) == (0, "ScalingDisabled")
    bench.patch(SCALE, {"spec": {"replicas": 1}})
    assert _replicas(bench) == 3


def test_a_missing_workload_is_said_by_name(bench: Bench) -> None:
    _autoscale(bench)
    bench.send("DELETE", "/apis/apps/v1/namespaces/app-production/deployments/api")
    found = bench.condition("horizontalpodautoscalers.autoscaling", "api", "AbleToScale")
    assert (found["status"], found["reason"]) == ("False", "FailedGetScale")
    assert 'deployments.apps "api" not found' in found["message"]


def test_an_idle_day_costs_no_look_at_the_autoscaler(bench: Bench) -> None:
    _autoscale(bench)
    _load(bench, "420m")
    bench.run(minutes=30)
    before = bench.cluster.objects.store.revision
    bench.run(days=1)
    assert bench.cluster.objects.store.revision == before
