"""Names line up: each Task state, its handler, its function in the template and its place in the machine's role."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from toban.deploy import DEFAULT_NODEGROUPS, refused_schedule

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as plain values."""


_Loader.add_multi_constructor("!", lambda loader, tag, node: {tag: _plain(loader, node)})


def _plain(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), Loader=_Loader)  # noqa: S506 - a SafeLoader
    return loaded


MACHINES = {"night_scaling": "NightScalingMachine", "night_fleet": "NightFleetMachine"}


def definition(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((ROOT / f"statemachines/{name}.asl.json").read_text())
    return loaded


@pytest.fixture(params=sorted(MACHINES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def machine(name: str) -> dict[str, Any]:
    return definition(name)


def functions(template: dict[str, Any]) -> dict[str, Any]:
    return {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def lambda_states(machine: dict[str, Any]) -> dict[str, Any]:
    return {
        name: state
        for name, state in machine["States"].items()
        if state.get("Resource", "").endswith("lambda:invoke")
    }


def test_a_state_a_handler_and_a_function_bear_one_name(
    template: dict[str, Any], machine: dict[str, Any]
) -> None:
    found = functions(template)
    for name, state in lambda_states(machine).items():
        module = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        assert state["Parameters"]["FunctionName"] == f"${{{name}Function}}"
        assert found[f"{name}Function"]["Handler"] == f"functions.night_scaling.{module}.handler"
        assert (ROOT / f"functions/night_scaling/{module}.py").exists()


def test_every_function_is_a_step_of_a_machine(template: dict[str, Any]) -> None:
    steps = {f"{step}Function" for each in MACHINES for step in lambda_states(definition(each))}
    assert steps == set(functions(template))


def test_the_machine_is_given_each_name_that_it_uses(name: str, template: dict[str, Any]) -> None:
    text = (ROOT / f"statemachines/{name}.asl.json").read_text()
    given = template["Resources"][MACHINES[name]]["Properties"]["DefinitionSubstitutions"]
    assert set(re.findall(r"\$\{(\w+)\}", text)) == set(given)


def test_every_state_can_be_reached_and_every_step_that_fails_ends_in_giving_up(
    machine: dict[str, Any],
) -> None:
    states = machine["States"]
    reached, waiting = set(), [machine["StartAt"]]
    while waiting:
        name = waiting.pop()
        if name in reached or name not in states:
            continue
        reached.add(name)
        waiting += re.findall(r'"(?:Next|Default)": "(\w+)"', json.dumps(states[name]))
    # What a Map does to each item is a little machine of its own.
    inner = {state for each in states.values() for state in each.get("ItemProcessor", {}).get("States", {})}
    assert reached - inner == set(states)
    last = {"GiveUp": "PageDirectly", "ListTargets": "PageFleet"}
    for name, state in lambda_states(machine).items():
        assert state["Catch"][-1]["Next"] == last.get(name, "GiveUp")
        assert state["Retry"][0]["ErrorEquals"] == ["TemporaryError"]


def test_each_event_on_file_is_one_that_the_template_sends(template: dict[str, Any]) -> None:
    events = template["Resources"]["NightScalingMachine"]["Properties"]["Events"]
    sent = {
        json.loads(event["Properties"]["Input"]["Sub"].replace("${Environment}", "dev"))["cause"]
        for event in events.values()
    }
    kept = {json.loads(path.read_text())["cause"] for path in (ROOT / "events/night_scaling").glob("*.json")}
    assert kept == sent


def test_each_function_has_a_role_of_its_own_and_no_action_is_a_wildcard(template: dict[str, Any]) -> None:
    roles = [properties["Role"]["GetAtt"] for properties in functions(template).values()]
    assert len(set(roles)) == len(roles)
    for name, resource in template["Resources"].items():
        if resource["Type"] in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Role"):
            assert not re.search(
                r'"(\*|[a-z-]+:\*)"', re.sub(r'"Resource": "\*"', "", json.dumps(resource))
            ), name


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_bundled_schedule_is_one_that_a_deployment_takes(
    template: dict[str, Any], environment: str
) -> None:
    assert template["Parameters"]["NodeGroups"]["Default"] == DEFAULT_NODEGROUPS
    assert refused_schedule(environment, nodegroups=(DEFAULT_NODEGROUPS,)) is None
    assert "unknown node group" in str(refused_schedule(environment, nodegroups=("other",)))


def test_cfn_lint_finds_nothing() -> None:
    answer = subprocess.run(  # noqa: S603 - our own tool
        [BIN / "cfn-lint", "template.yaml"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout


def test_checkov_finds_nothing_and_every_waiver_has_its_reason(template: dict[str, Any]) -> None:
    checkov = ROOT / ".tools/checkov/bin/checkov"
    arguments = [
        "--framework",
        "cloudformation",
        "-f",
        "template.yaml",
        "--compact",
        "--quiet",
        "--skip-download",
    ]
    answer = subprocess.run(  # noqa: S603 - our own tool
        [checkov, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout
    for name, resource in template["Resources"].items():
        for waiver in resource.get("Metadata", {}).get("checkov", {}).get("skip", []):
            assert len(waiver["comment"]) > 20, name
