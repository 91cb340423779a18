"""Workloads roll out, jobs end, autoscalers keep their bounds, and owners take what they own along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.contracts.cluster.subject import MERGE

if TYPE_CHECKING:
    from tests.contracts.cluster.subject import Subject


def _gone(cluster: Subject, resource: str, name: str) -> bool:
    return not cluster.exists(cluster.at(resource, name))


# Finalizers and owners


def test_a_finalizer_keeps_an_object_until_it_is_taken_off(cluster: Subject) -> None:
    meta = {"name": "one", "finalizers": ["example.com/wait"]}
    cluster.make("configmaps", {"metadata": meta})
    path = cluster.at("configmaps", "one")
    assert cluster.delete(path).code == 200
    assert cluster.get(path)["metadata"]["deletionTimestamp"]
    cluster.patch(path, {"metadata": {"finalizers": None}}, MERGE)
    assert _gone(cluster, "configmaps", "one")


def test_an_object_that_is_going_takes_no_new_finalizer(cluster: Subject) -> None:
    cluster.make("configmaps", {"metadata": {"name": "one", "finalizers": ["example.com/wait"]}})
    path = cluster.at("configmaps", "one")
    cluster.delete(path)
    answer = cluster.send(
        "PATCH", path, {"metadata": {"finalizers": ["example.com/wait", "example.com/more"]}}, MERGE
    )
    assert (answer.code, answer.reason) == (422, "Invalid")
    assert "no new finalizers can be added if the object is being deleted" in answer.message
    cluster.patch(path, {"metadata": {"finalizers": None}}, MERGE)


def test_what_is_owned_goes_with_its_owner(cluster: Subject) -> None:
    cluster.make("deployments", cluster.deployment(replicas=2))
    cluster.until(lambda: len(cluster.pods()) == 2, "the pods")
    cluster.delete(cluster.at("deployments", "web"))
    cluster.until(lambda: not cluster.items("replicasets") and not cluster.pods(), "the collection")


def test_an_orphan_stays(cluster: Subject) -> None:
    cluster.make("deployments", cluster.deployment(replicas=0))
    cluster.until(lambda: len(cluster.items("replicasets")) == 1, "the set")
    cluster.delete(cluster.at("deployments", "web"), {"propagationPolicy": "Orphan"})
    cluster.until(lambda: _gone(cluster, "deployments", "web"), "the owner to go")
    [left] = cluster.items("replicasets")
    assert "ownerReferences" not in left["metadata"]


def test_a_foreground_deletion_ends_the_dependents_first(cluster: Subject) -> None:
    cluster.make("deployments", cluster.deployment(replicas=2))
    cluster.until(lambda: len(cluster.pods()) == 2, "the pods")
    answer = cluster.delete(cluster.at("deployments", "web"), {"propagationPolicy": "Foreground"})
    assert answer.body["metadata"]["finalizers"] == ["foregroundDeletion"]
    cluster.until(lambda: _gone(cluster, "deployments", "web"), "the owner to go")
    assert not cluster.items("replicasets")


def test_a_dependent_of_nobody_is_collected(cluster: Subject) -> None:
    owner = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "name": "never",
        "uid": "0b2f0a3e-0000-4000-8000-000000000000",
    }
    cluster.make("configmaps", {"metadata": {"name": "one", "ownerReferences": [owner]}})
    cluster.until(lambda: _gone(cluster, "configmaps", "one"), "the collection")


def test_a_namespace_takes_its_objects_along_and_admits_no_more(cluster: Subject) -> None:
    cluster.make("configmaps", {"metadata": {"name": "one", "finalizers": ["example.com/wait"]}})
    answer = cluster.delete(f"/api/v1/namespaces/{cluster.namespace}")
    assert answer.body["status"]["phase"] == "Terminating"
    late = cluster.send("POST", cluster.at("configmaps"), {"metadata": {"name": "two"}})
    assert (late.code, late.reason) == (403, "Forbidden")
    assert late.message == (
        f'configmaps "two" is forbidden: unable to create new content in namespace {cluster.namespace} '
        "because it is being terminated"
    )
    cluster.patch(cluster.at("configmaps", "one"), {"metadata": {"finalizers": None}}, MERGE)
    cluster.until(lambda: not cluster.exists(f"/api/v1/namespaces/{cluster.namespace}"), "the end")


# Workloads


def test_a_deployment_says_that_it_has_seen_what_was_asked(cluster: Subject) -> None:
    cluster.add_node()
    cluster.run("web", 2)
    path = cluster.at("deployments", "web")
    cluster.patch(path, {"spec": {"replicas": 3}})
    cluster.until_ready("web", 3)
    found = cluster.get(path)
    assert found["status"]["observedGeneration"] == found["metadata"]["generation"] == 2
    assert cluster.condition(path, "Available", "reason") == "MinimumReplicasAvailable"
    assert cluster.condition(path, "Progressing", "reason") == "NewReplicaSetAvailable"


def test_a_new_template_rolls_out_and_leaves_the_old_set_empty(cluster: Subject) -> None:
    cluster.add_node()
    cluster.run("web", 3)
    path, seen = cluster.at("deployments", "web"), []
    template = {"metadata": {"annotations": {"version": "2"}}}
    cluster.patch(path, {"spec": {"template": template}})

    def rolled() -> bool:
        status = cluster.get(path)["status"]
        seen.append(status.get("availableReplicas", 0))
        return (
            status["observedGeneration"] == 2
            and status.get("updatedReplicas") == 3 == status.get("availableReplicas") == status["replicas"]
        )

    cluster.until(rolled, "the rollout")
    # A quarter of 3, rounded down, may be missing: none.
    assert min(seen) == 3
    sets = {
        replica_set["metadata"]["annotations"]["deployment.kubernetes.io/revision"]: replica_set
        for replica_set in cluster.items("replicasets")
    }
    assert {revision: replica_set["spec"]["replicas"] for revision, replica_set in sets.items()} == {
        "1": 0,
        "2": 3,
    }


def test_scaling_to_zero_and_back_restores_every_pod(cluster: Subject) -> None:
    cluster.add_node()
    cluster.run("web", 3)
    path = cluster.at("deployments", "web", "scale")
    cluster.patch(path, {"spec": {"replicas": 0}})
    cluster.until(lambda: not cluster.items("pods", labelSelector="app=web"), "the pods to go")
    shown = cluster.at("deployments", "web")
    cluster.until(lambda: "replicas" not in cluster.get(shown)["status"], "the status")
    assert "readyReplicas" not in cluster.get(shown)["status"]
    cluster.patch(path, {"spec": {"replicas": 3}})
    cluster.until_ready("web", 3)


def test_a_stateful_set_is_made_in_order_and_keeps_its_names(cluster: Subject) -> None:
    cluster.add_node()
    labels = {"app": "store"}
    template = {"metadata": {"labels": labels}, "spec": cluster.pod_spec()}
    spec = {"serviceName": "store", "replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    cluster.make("statefulsets", {"metadata": {"name": "store"}, "spec": spec})
    path = cluster.at("statefulsets", "store")
    cluster.until(lambda: cluster.get(path)["status"].get("readyReplicas") == 2, "both pods")
    uid = cluster.get(cluster.at("pods", "store-1"))["metadata"]["uid"]
    cluster.delete(cluster.at("pods", "store-1"))

    def back() -> bool:
        found = cluster.send("GET", cluster.at("pods", "store-1"))
        return found.code == 200 and found.body["metadata"]["uid"] != uid

    cluster.until(back, "the pod of the same name")


def test_a_daemon_runs_once_on_each_node_that_fits(cluster: Subject) -> None:
    first = cluster.add_node()
    labels = {"app": "agent"}
    template = {"metadata": {"labels": labels}, "spec": cluster.pod_spec()}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    cluster.make("daemonsets", {"metadata": {"name": "agent"}, "spec": spec})
    cluster.until(lambda: len(cluster.pods("agent")) == 1, "one pod")
    second = cluster.add_node()
    cluster.until(lambda: len(cluster.pods("agent")) == 2, "two pods")
    cluster.patch(f"/api/v1/nodes/{first}", {"spec": {"unschedulable": True}})
    cluster.time.quiet()
    assert sorted(pod["spec"]["nodeName"] for pod in cluster.pods("agent")) == [first, second]


# Jobs


def _job_spec(cluster: Subject, **spec: Any) -> dict[str, Any]:
    return {"template": {"spec": cluster.pod_spec(restartPolicy="Never")}, **spec}


def test_a_job_runs_to_its_end_and_says_so(cluster: Subject) -> None:
    cluster.add_node()
    cluster.make("jobs", {"metadata": {"name": "report"}, "spec": _job_spec(cluster, completions=2)})
    path = cluster.at("jobs", "report")
    cluster.until(lambda: cluster.condition(path, "Complete") == "True", "the job", within_s=120)
    found = cluster.get(path)
    assert found["status"]["succeeded"] == 2
    assert "active" not in found["status"]
    assert found["status"]["completionTime"] >= found["status"]["startTime"]
    assert cluster.condition(path, "SuccessCriteriaMet", "reason") == "CompletionsReached"
    assert cluster.condition(path, "Complete", "message") == "Reached expected number of succeeded pods"
    uid = found["metadata"]["uid"]
    assert found["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    assert found["spec"]["template"]["metadata"]["labels"]["batch.kubernetes.io/job-name"] == "report"


def test_a_suspended_job_makes_no_pod(cluster: Subject) -> None:
    cluster.make("jobs", {"metadata": {"name": "report"}, "spec": _job_spec(cluster, suspend=True)})
    path = cluster.at("jobs", "report")
    cluster.until(lambda: cluster.condition(path, "Suspended") == "True", "the job")
    assert cluster.condition(path, "Suspended", "reason") == "JobSuspended"
    assert cluster.items("pods") == []


def test_a_suspended_cronjob_makes_no_job_and_can_be_resumed(cluster: Subject) -> None:
    template = {"spec": _job_spec(cluster)}
    spec = {"schedule": "* * * * *", "suspend": True, "jobTemplate": template}
    cluster.make("cronjobs", {"metadata": {"name": "tick"}, "spec": spec})
    cluster.time.quiet()
    assert cluster.items("jobs") == []
    cluster.patch(cluster.at("cronjobs", "tick"), {"spec": {"suspend": False}}, MERGE)
    cluster.until(lambda: len(cluster.items("jobs")) == 1, "the job", within_s=90)
    [job] = cluster.items("jobs")
    owner = job["metadata"]["ownerReferences"][0]
    assert (owner["kind"], owner["name"], owner["controller"]) == ("CronJob", "tick", True)
    assert job["metadata"]["name"].removeprefix("tick-").isdigit()


# Autoscalers


def test_an_autoscaler_keeps_the_replicas_within_its_bounds_and_stands_down_at_zero(
    cluster: Subject,
) -> None:
    # All three at once: a real one looks every fifteen seconds.
    for name, replicas in (("low", 1), ("high", 9), ("off", 0)):
        cluster.make("deployments", cluster.deployment(name, replicas))
        target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
        spec = {"scaleTargetRef": target, "minReplicas": 3, "maxReplicas": 5}
        cluster.make("horizontalpodautoscalers", {"metadata": {"name": name}, "spec": spec})

    def replicas_of(name: str) -> int:
        return int(cluster.get(cluster.at("deployments", name))["spec"]["replicas"])

    def told(name: str, kind: str, field: str = "reason") -> str:
        return cluster.condition(cluster.at("horizontalpodautoscalers", name), kind, field)

    cluster.until(lambda: replicas_of("low") == 3, "the lower bound")
    cluster.until(lambda: replicas_of("high") == 5, "the upper bound")
    cluster.until(lambda: told("off", "ScalingActive") == "ScalingDisabled", "the stand-down")
    assert replicas_of("off") == 0
    assert told("off", "ScalingActive", "status") == "False"
    assert told("off", "ScalingActive", "message") == (
        "scaling is disabled since the replica count of the target is zero"
    )
    assert told("low", "AbleToScale", "status") == "True"


def test_an_autoscaler_is_completed_by_the_documented_defaults(cluster: Subject) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    spec = {"scaleTargetRef": target, "maxReplicas": 5, "behavior": {"scaleDown": {"selectPolicy": "Min"}}}
    made = cluster.make("horizontalpodautoscalers", {"metadata": {"name": "web"}, "spec": spec})["spec"]
    assert made["minReplicas"] == 1
    assert made["metrics"][0]["resource"]["target"] == {"type": "Utilization", "averageUtilization": 80}
    assert made["behavior"] == {
        "scaleUp": {
            "stabilizationWindowSeconds": 0,
            "selectPolicy": "Max",
            "policies": [
                {"type": "Pods", "value": 4, "periodSeconds": 15},
                {"type": "Percent", "value": 100, "periodSeconds": 15},
            ],
        },
        "scaleDown": {
            "selectPolicy": "Min",
            "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}],
        },
    }
