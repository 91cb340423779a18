"""What would be asked of AWS and the cluster: an envelope that can be stopped around every fault."""

from __future__ import annotations

import json

import jsonschema
import pytest

from functions.chaos.policy.catalogue import FAULTS
from functions.chaos.policy.chaos_mesh import chaos_object
from functions.chaos.policy.injection import RUN_TAG, fis_template, probe_alarms
from functions.chaos.policy.without_fis import evictions
from functions.core.errors import SafetyRefusal
from tests.unit.chaos.worlds import experiment
from toban.manifests import kinds


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_has_an_envelope_with_stop_conditions_and_fails_where_it_would_hit_nothing(
    name: str,
) -> None:
    asked = experiment(name)
    template = fis_template(asked, "run-1", hits=1, ready=3)

    named = [each["value"].rpartition(":alarm:")[2] for each in template["stopConditions"]]
    assert set(asked.stop_alarms) < set(named)
    assert len(named) == len(asked.stop_alarms) + 2
    assert {each["source"] for each in template["stopConditions"]} == {"aws:cloudwatch:alarm"}
    assert template["experimentOptions"]["emptyTargetResolutionMode"] == "fail"
    assert template["tags"] == {RUN_TAG: "run-1"}
    for action in template["actions"].values():
        assert set(action["targets"].values()) <= set(template["targets"])


def test_each_run_brings_alarms_on_its_own_prober_and_missing_data_are_a_breach() -> None:
    for alarm in probe_alarms(experiment(), "run-1"):
        assert alarm["Period"] * alarm["EvaluationPeriods"] == 20
        assert alarm["TreatMissingData"] == "breaching"
        assert alarm["Dimensions"] == [{"Name": "Run", "Value": "run-1"}]
    thresholds = {alarm["MetricName"]: alarm["Threshold"] for alarm in probe_alarms(experiment(), "r")}
    assert thresholds == {"ErrorPercent": 1.0, "LatencyMilliseconds": 1000.0}


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.unit in {"pods", "zone"}])
def test_an_object_hits_so_many_of_the_target_alone_and_ends_by_itself(name: str) -> None:
    asked = experiment(name)
    body = chaos_object(asked, "run-1", hits=1, label=RUN_TAG)
    spec = body["spec"]

    assert body["metadata"]["labels"] == {RUN_TAG: "run-1"}
    assert spec["selector"]["namespaces"] == ["app-production"]
    assert ("duration" in spec) == (not asked.fault.one_shot)
    if name == "zone-outage":
        assert spec["selector"]["nodeSelectors"] == {"topology.kubernetes.io/zone": "ap-northeast-1a"}
        assert spec["mode"] == "all"
    else:
        assert (spec["mode"], spec["value"]) == ("fixed", "1")
        assert spec["selector"]["labelSelectors"] == {"app": "api-service"}
    if spec.get("externalTargets"):
        assert spec["direction"] == "to"
    for kind in kinds.all_kinds():
        if kind["kind"] == body["kind"]:
            jsonschema.validate(spec, kind["fields"]["spec"])
    json.dumps(body)


@pytest.mark.parametrize("name", FAULTS)
def test_without_fis_a_pod_is_evicted_and_no_fault_that_lasts_is_begun(name: str) -> None:
    if name == "pod-kill":
        [body] = evictions(experiment(name), ["api-1"])
        assert body["metadata"] == {"name": "api-1", "namespace": "app-production"}
    else:
        with pytest.raises(SafetyRefusal, match=f"{name} needs FIS"):
            evictions(experiment(name), ["api-1"])


@pytest.mark.parametrize(("hits", "ready", "percent"), [(1, 3, "33"), (1, 200, "1"), (3, 10, "30")])
def test_nodes_are_ended_by_a_share_that_never_comes_to_more(hits: int, ready: int, percent: str) -> None:
    action = fis_template(experiment("node-loss"), "r", hits=hits, ready=ready)["actions"]["fault"]

    assert action["parameters"]["instanceTerminationPercentage"] == percent
