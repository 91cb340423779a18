"""Names line up: capability = template = switch = machine = page; state = step's file = function = role."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from toban.deploy import DEFAULT_NODEGROUPS, refused_schedule
from toban.machines.bindings import binding_of
from toban.machines.check import machines
from toban.machines.graph import calls_lambda, scopes, tasks
from twin.bus.patterns import matches

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
CAPABILITIES = sorted(
    path.parent.name for path in (ROOT / "functions").glob("*/steps") if path.parent.name != "runs"
)
TEMPLATES = [ROOT / "template.yaml", *sorted((ROOT / "templates").glob("*.yaml"))]
LONGEST_FUNCTION_NAME = 64
"""Lambda takes no longer name; two capabilities may have a step of one name."""
FUNCTION, MACHINE = "AWS::Serverless::Function", "AWS::Serverless::StateMachine"


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


def read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506 - a SafeLoader
    return loaded


ROOT_TEMPLATE = read(ROOT / "template.yaml")


@pytest.fixture(params=CAPABILITIES)
def capability(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def template(capability: str) -> dict[str, Any]:
    return read(ROOT / f"templates/{capability}.yaml")


@pytest.fixture(params=TEMPLATES, ids=[path.stem for path in TEMPLATES])
def any_template(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: each for name, each in template["Resources"].items() if each["Type"] == kind}


def camel(snake: str) -> str:
    return "".join(word.title() for word in snake.split("_"))


def definition_of(resource: dict[str, Any]) -> Path:
    path: Path = (ROOT / "templates" / resource["Properties"]["DefinitionUri"]).resolve()
    return path


def steps_of(definition: Path) -> set[str]:
    """Names the states of a machine that invoke a function, those inside of a Map included."""
    machine = json.loads(definition.read_text())
    return {name for scope in scopes(machine) for name, state in tasks(scope) if calls_lambda(state)}


def test_a_capability_is_a_template_a_switch_a_machine_and_a_page(capability: str) -> None:
    name = camel(capability)
    application = ROOT_TEMPLATE["Resources"][f"{name}Capability"]
    assert application["Type"] == "AWS::Serverless::Application"
    assert application["Condition"] == f"Runs{name}"
    assert application["Properties"]["Location"] == f"templates/{capability}.yaml"
    assert ROOT_TEMPLATE["Parameters"][name]["AllowedValues"] == ["on", "off"]
    assert ROOT_TEMPLATE["Conditions"][f"Runs{name}"] == {"Equals": [{"Ref": name}, "on"]}
    assert (ROOT / f"docs/capabilities/{capability}.md").exists()
    assert (ROOT / f"statemachines/source/{capability}.yaml").exists()
    assert list((ROOT / f"events/{capability}").glob("*.json"))


def test_every_template_belongs_to_a_capability() -> None:
    assert {path.stem for path in TEMPLATES[1:]} == set(CAPABILITIES)


def test_the_root_gives_a_capability_exactly_what_its_template_asks_for(
    capability: str, template: dict[str, Any]
) -> None:
    given = ROOT_TEMPLATE["Resources"][f"{camel(capability)}Capability"]["Properties"]["Parameters"]
    assert set(given) == set(template["Parameters"])


def test_a_state_a_file_a_function_and_a_role_bear_one_name(
    capability: str, template: dict[str, Any]
) -> None:
    states = {step for each in of_type(template, MACHINE).values() for step in steps_of(definition_of(each))}
    functions = of_type(template, FUNCTION)
    files = {path.stem for path in (ROOT / f"functions/{capability}/steps").glob("[!_]*.py")}
    assert {f"{state}Function" for state in states} == set(functions)
    assert {camel(file) for file in files} == states
    for name, function in functions.items():
        state = name.removesuffix("Function")
        step = re.sub(r"(?<!^)(?=[A-Z])", "_", state).lower()
        properties = function["Properties"]
        assert properties["Handler"] == f"functions.{capability}.steps.{step}.handler"
        dashed = f"{capability}_{step}".replace("_", "-")
        assert properties["FunctionName"] == {"Sub": f"toban-${{Environment}}-{dashed}"}
        assert len(f"toban-prod-{dashed}") <= LONGEST_FUNCTION_NAME
        assert properties["Role"] == {"GetAtt": f"{state}Role.Arn"}
        assert f"{state}Role" in template["Resources"]


def test_every_step_of_runs_is_a_function_of_the_root() -> None:
    files = {path.stem for path in (ROOT / "functions/runs/steps").glob("[!_]*.py")}
    handlers = {each["Properties"]["Handler"] for each in of_type(ROOT_TEMPLATE, FUNCTION).values()}
    assert handlers == {f"functions.runs.steps.{file}.handler" for file in files}


def test_every_machine_on_file_is_deployed_by_its_capabilitys_template() -> None:
    for definition in machines():
        binding = binding_of(definition)
        assert binding is not None
        assert binding.template.removeprefix("templates/").removesuffix(".yaml") in CAPABILITIES


def test_a_machine_names_published_versions_and_may_invoke_each_version_of_its_own_functions_alone(
    template: dict[str, Any],
) -> None:
    for machine in of_type(template, MACHINE).values():
        given = machine["Properties"]["DefinitionSubstitutions"]
        functions = {f"{step}Function" for step in steps_of(definition_of(machine))}
        assert {name: given[name] for name in functions} == {
            name: {"Ref": f"{name}.Version"} for name in functions
        }
        role = template["Resources"][machine["Properties"]["Role"]["GetAtt"].removesuffix(".Arn")]
        statements = [
            statement
            for policy in role["Properties"]["Policies"]
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Action"] == "lambda:InvokeFunction"
        ]
        allowed = [resource["Sub"] for statement in statements for resource in statement["Resource"]]
        assert sorted(allowed) == sorted(f"${{{name}.Arn}}:*" for name in functions)


def test_whatever_starts_a_machine_starts_its_alias(template: dict[str, Any]) -> None:
    for name, machine in of_type(template, MACHINE).items():
        properties = machine["Properties"]
        assert properties["AutoPublishAlias"] == "live"
        assert properties["UseAliasAsEventTarget"] is True
        for other in of_type(template, MACHINE).values():
            started = other["Properties"]["DefinitionSubstitutions"].get(name)
            assert started in (None, {"Ref": f"{name}Aliaslive"})
    text = json.dumps(template)
    assert set(re.findall(r'"states:StartExecution", "Resource": \{"Sub": "\$\{\w+\}:(\w+)"\}', text)) == {
        "live"
    }


def test_every_step_is_published_anew_when_a_parameter_changes(template: dict[str, Any]) -> None:
    written = template["Globals"]["Function"]["Environment"]["Variables"]
    values = {value["Ref"] for value in written.values() if isinstance(value, dict) and "Ref" in value}
    values |= {
        value["Join"][1]["Ref"] for value in written.values() if isinstance(value, dict) and "Join" in value
    }
    for name, function in of_type(template, FUNCTION).items():
        assert function["Properties"]["AutoPublishAlias"] == "live", name
        assert function["Properties"]["AutoPublishAliasAllProperties"] is True, name
        assert function["UpdateReplacePolicy"] == "Retain", name
        said = re.findall(r'"Ref": "(\w+)"', json.dumps(function["Properties"]["VersionDescription"]))
        # The others are names that follow from the environment's, which never changes.
        assert set(said) >= values - FIXED_BY_THE_ENVIRONMENT, name


FIXED_BY_THE_ENVIRONMENT = {"Environment", "ControlTable", "ControlBus", "PageTopic", "NoticeTopic"}


def test_whoever_enters_the_cluster_has_the_layer_the_vpc_the_policy_and_the_entry(
    template: dict[str, Any],
) -> None:
    for name, function in of_type(template, FUNCTION).items():
        step = name.removesuffix("Function")
        policies = template["Resources"][f"{step}Role"]["Properties"]["ManagedPolicyArns"]
        signs = {
            "layer": {"Ref": "KubernetesLayer"} in function["Properties"].get("Layers", []),
            "vpc": "VpcConfig" in function["Properties"],
            "policy": {"Ref": "EntersCluster"} in policies,
            "entry": f"{step}Access" in template["Resources"],
        }
        assert len(set(signs.values())) == 1, f"{name}: {signs}"


def sent(machine: dict[str, Any]) -> list[dict[str, str]]:
    """Returns the inputs with which a machine's schedules start it in dev."""
    return [
        json.loads(event["Properties"]["Input"]["Sub"].replace("${Environment}", "dev"))
        for event in machine["Properties"]["Events"].values()
    ]


def test_every_schedule_gives_what_each_execution_is_given(template: dict[str, Any]) -> None:
    for machine in of_type(template, MACHINE).values():
        for given in sent(machine):
            assert set(given) == {"target", "cause"}
            assert given["target"] == "dev"


def test_each_event_on_file_is_one_that_the_template_sends(capability: str, template: dict[str, Any]) -> None:
    always = [each for each in of_type(template, MACHINE).values() if "Condition" not in each]
    causes = {given["cause"] for machine in always for given in sent(machine)}
    kept = {json.loads(path.read_text())["cause"] for path in (ROOT / f"events/{capability}").glob("*.json")}
    assert kept == causes


def test_each_function_has_a_role_of_its_own_and_no_action_is_a_wildcard(any_template: Path) -> None:
    template = read(any_template)
    roles = [each["Properties"]["Role"]["GetAtt"] for each in of_type(template, FUNCTION).values()]
    assert len(set(roles)) == len(roles)
    for name, resource in template["Resources"].items():
        if resource["Type"] in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Role"):
            assert not re.search(
                r'"(\*|[a-z-]+:\*)"', re.sub(r'"Resource": "\*"', "", json.dumps(resource))
            ), name


ARN = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:"


@pytest.mark.parametrize(
    ("detail", "is_reaped"),
    [
        ({"status": "TIMED_OUT", "error": None}, True),
        ({"status": "ABORTED"}, True),
        ({"status": "ABORTED", "error": "GivenUp"}, True),
        ({"status": "FAILED", "error": "States.Runtime"}, True),
        ({"status": "FAILED", "error": "TemporaryError"}, True),
        ({"status": "FAILED", "error": None}, True),
        ({"status": "FAILED"}, True),
        ({"status": "FAILED", "error": "GivenUp"}, False),
        ({"status": "SUCCEEDED", "error": None}, False),
        ({"status": "RUNNING"}, False),
        ({"status": "FAILED", "error": "States.Runtime", "stateMachineArn": f"{ARN}toban-prod-night"}, False),
        ({"status": "FAILED", "error": "States.Runtime", "stateMachineArn": f"{ARN}theirs"}, False),
    ],
)
def test_a_run_that_ended_without_telling_is_reaped_and_no_other(
    detail: dict[str, Any],
    is_reaped: bool,  # noqa: FBT001 - one of the table's two columns
) -> None:
    written = ROOT_TEMPLATE["Resources"]["ReapRunFunction"]["Properties"]["Events"]["RunEnded"]["Properties"]
    pattern = json.loads(json.dumps(written["Pattern"]))
    (machines_of_ours,) = pattern["detail"]["stateMachineArn"]
    arn = machines_of_ours["prefix"].pop("Sub")
    for name, value in (
        ("AWS::Partition", "aws"), ("AWS::Region", "ap-northeast-1"), ("AWS::AccountId", "123456789012"),
        ("Environment", "dev"),
    ):  # fmt: skip
        arn = arn.replace(f"${{{name}}}", value)
    machines_of_ours["prefix"] = arn
    event = {
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "detail": {"stateMachineArn": f"{ARN}toban-dev-night-scaling", **detail},
    }
    assert matches(pattern, event) is is_reaped


@pytest.mark.parametrize(("subnets", "groups"), [("subnet-1", ""), ("", "sg-1")])
def test_subnets_without_groups_or_groups_without_subnets_are_refused(subnets: str, groups: str) -> None:
    arguments = [
        "twin",
        "check",
        "--parameter",
        f"SubnetIds={subnets}",
        "--parameter",
        f"SecurityGroupIds={groups}",
    ]
    answer = subprocess.run(  # noqa: S603 - our own tool
        [BIN / "toban", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert "SubnetIds and SecurityGroupIds go together" in answer.stdout


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_bundled_schedule_is_one_that_a_deployment_takes(environment: str) -> None:
    assert ROOT_TEMPLATE["Parameters"]["NodeGroups"]["Default"] == DEFAULT_NODEGROUPS
    assert refused_schedule(environment, nodegroups=tuple(DEFAULT_NODEGROUPS.split(","))) is None
    assert "unknown node group" in str(refused_schedule(environment, nodegroups=("other",)))


def test_cfn_lint_finds_nothing() -> None:
    answer = subprocess.run(  # noqa: S603 - our own tool
        [BIN / "cfn-lint", *TEMPLATES], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout


def test_checkov_finds_nothing_and_every_waiver_has_its_reason(any_template: Path) -> None:
    checkov = ROOT / ".tools/checkov/bin/checkov"
    arguments = [
        "--framework",
        "cloudformation",
        "-f",
        any_template,
        "--compact",
        "--quiet",
        "--skip-download",
    ]
    answer = subprocess.run(  # noqa: S603 - our own tool
        [checkov, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout
    for name, resource in read(any_template)["Resources"].items():
        for waiver in resource.get("Metadata", {}).get("checkov", {}).get("skip", []):
            assert len(waiver["comment"]) > 20, name
