"""One object that makes no sense decides for itself alone; a label counts where the rules hold."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kubernetes import client

from functions.adapters.kubernetes import KubernetesCluster
from functions.core.cluster import Bounds, ScaledObject, Workload
from functions.night_scaling.policy.coexistence import describe

Object = dict[str, Any]
OPTED_IN = {"toban.dev/night-scaling": "enabled"}
TIERS = {"app": "application", "tools": "platform"}


def named(name: str, namespace: str = "app", **more: Any) -> Object:
    return {"metadata": {"name": name, "namespace": namespace, "labels": OPTED_IN}, **more}


def scaler(name: str, namespace: str = "app") -> Object:
    target = {"kind": "Deployment", "name": name}
    return named(name, namespace, spec={"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 9})


def scaled(name: str, paused: Any = None, namespace: str = "app") -> Object:
    found = named(name, namespace, spec={"scaleTargetRef": {"name": name}})
    found["metadata"]["annotations"] = {"autoscaling.keda.sh/paused-replicas": paused}
    return found


class Listed:
    """Answers lists out of a table, as a cluster's API does; what is not in it is not served."""

    def __init__(self, **found: list[Object]) -> None:
        self.found: dict[str, list[Object]] = {
            "namespaces": [
                {"metadata": {"name": name, "labels": {"toban.dev/tier": tier}}}
                for name, tier in TIERS.items()
            ],
            **{kind: [] for kind in ("deployments", "statefulsets", "cronjobs", "horizontalpodautoscalers")},
            **found,
        }

    def list(self, path: str, **_query: str) -> list[Object]:
        plural = path.rsplit("/", 1)[-1]
        if plural not in self.found:
            raise client.ApiException(status=404)
        if "/namespaces/kube-system" in path:
            return []
        return copy.deepcopy(self.found[plural])


def cluster(**found: list[Object]) -> KubernetesCluster:
    made = KubernetesCluster(api=client.ApiClient())
    made._rest = Listed(**found)  # type: ignore[assignment] # lists alone are asked for
    return made


def test_a_label_in_a_namespace_that_no_rule_covers_is_nobodys_order() -> None:
    strangers = [
        named("hostile", space, spec={"replicas": 3}) for space in ("team-x", "tools", "kube-system", "")
    ]
    own = named("api", spec={"replicas": 3})
    jobs = [named("report", space, spec={}) for space in ("app", "team-x")]
    seen = cluster(deployments=[*strangers, own], statefulsets=strangers, rollouts=strangers, cronjobs=jobs)

    assert [workload.key for workload in seen.workloads()] == ["Deployment app/api"]
    assert [job.key for job in seen.cronjobs()] == ["CronJob app/report"]
    assert seen.releasing() == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
HOSTILE = st.fixed_dictionaries(
    {"metadata": st.fixed_dictionaries({"namespace": st.just("app"), "name": st.just("odd")})},
    optional={"spec": JSON, "status": JSON},
)


@settings(deadline=None)
@given(HOSTILE, JSON)
def test_whatever_lies_beside_it_a_good_object_is_read(odd: Object, value: Any) -> None:
    paused = scaled("api", paused=value)
    seen = cluster(
        deployments=[named("api", spec={"replicas": 3})],
        rollouts=[odd],
        horizontalpodautoscalers=[odd, scaler("api")],
        scaledobjects=[odd, scaled("other", "2"), paused],
        applications=[odd],
        cronjobs=[odd, named("report", spec={})],
    )  # fmt: skip

    [api] = [workload for workload in seen.workloads() if workload.key == "Deployment app/api"]
    assert (api.replicas, api.bounds) == (3, Bounds("api", 2, 9))
    assert "CronJob app/report" in [job.key for job in seen.cronjobs()]
    seen.releasing()
    describe(seen.other_controllers(), seen.workloads())


@pytest.mark.parametrize("paused", ["²", "1e3", "-1", "٣", "9" * 5_000, "", "0x1", " 1", {"a": 1}, 7.5])
def test_an_annotation_that_is_no_number_pauses_nothing(paused: Any) -> None:
    seen = cluster(deployments=[named("api", spec={"replicas": 3})], scaledobjects=[scaled("api", paused)])

    assert seen.workloads() == (
        Workload("Deployment", "app", "api", 3, scaled_object=ScaledObject("api", None)),
    )  # fmt: skip


def test_what_makes_no_sense_is_named_and_a_thousand_of_it_are_a_line() -> None:
    odd = [named(f"odd-{number}", spec={"scaleTargetRef": None}) for number in range(1_000)]
    seen = cluster(scaledobjects=odd)
    workloads = seen.workloads()

    [sentence] = describe(seen.other_controllers(), workloads)
    assert sentence.startswith("left out what makes no sense: scaledobjects app/odd-0, ")
    assert sentence.endswith(" and 995 more")
    assert len(sentence) < 300


@pytest.mark.parametrize(
    ("namespace", "heeded"),
    [("team-x", False), ("argocd", True), ("tools", True), ("app", True), ("kube-x", False)],
)
def test_an_application_has_no_say_in_anothers_namespace(namespace: str, *, heeded: bool) -> None:
    application = named(
        "claim",
        namespace,
        spec={"syncPolicy": {"automated": {"selfHeal": True}}},
        status={"resources": [{"kind": "Deployment", "namespace": "app", "name": "api"}]},
    )
    found = cluster(applications=[application]).other_controllers()

    assert ("Deployment app/api" in found.restored) is heeded
    assert (found.unheeded == ()) is heeded
    told = " ".join(describe(found, ()))
    assert ("did not heed Argo CD's Application" in told) is not heeded
