"""The control plane deploys with the real `sam deploy`, to an AWS that is not ours, and its functions answer.

MiniStack is a second opinion beside the twin: another CloudFormation, another Lambda. What it cannot do
stands in REJECTED and LOST, and a test holds that it still cannot, so that the lists shrink when MiniStack
grows.
"""

import json
import os
import socket
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, WaiterError
from ruamel.yaml import YAML

from twin.cloudformation.problems import Problems
from twin.cloudformation.source import load
from twin.sam_transform import translate

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools"
REGION = "ap-northeast-1"
STACK = "toban-dev"
REJECTED = {
    "AWS::EKS::AccessEntry",
    "AWS::Events::Archive",
    "AWS::StepFunctions::StateMachineAlias",
    "AWS::StepFunctions::StateMachineVersion",
}
"""Types that MiniStack does not know; they are taken out for it, and the twin deploys them."""
ACCEPTED = "template-for-ministack.yaml"
LOST = "Asia/Tokyo"
"""The schedules' time zone, which MiniStack takes and answers UTC; in the twin they run in it."""

pytestmark = pytest.mark.timeout(1800)
"""The first test waits for a whole build, which takes many minutes on a machine that does much else."""


def environment(home: Path, port: int) -> dict[str, str]:
    """Everything stays on the loopback, with a home and credentials of its own."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TMPDIR": str(home),
        "STATE_DIR": str(home / "state"),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "SAM_CLI_TELEMETRY": "0",
    }


class Cloud:
    """A running MiniStack."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.environment = environment(home, self.port)
        self.log = home / "ministack.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 -- our own tool
                [TOOLS / "ministack/bin/python", "-u", "-m", "ministack"],
                cwd=home, env=self.environment, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def client(self, service: str) -> Any:
        return boto3.client(  # type: ignore[call-overload]  # any name
            service,
            region_name=REGION,
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def wait(self) -> None:
        """Waits until it answers, as long as it lives and at most two minutes."""
        from botocore.config import Config  # noqa: PLC0415 -- only this wait retries so patiently

        patient = Config(retries={"total_max_attempts": 14, "mode": "standard"}, connect_timeout=5)
        address = self.environment["AWS_ENDPOINT_URL"]
        boto3.client(
            "sts", region_name=REGION, endpoint_url=address, config=patient,
            aws_access_key_id="test", aws_secret_access_key="test",
        ).get_caller_identity()  # fmt: skip
        assert self.process.poll() is None, self.log.read_text()


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    running = Cloud(tmp_path_factory.mktemp("ministack"))
    try:
        running.wait()
        yield running
    finally:
        running.process.terminate()
        running.process.wait(timeout=30)


@pytest.fixture(scope="module")
def deployed(cloud: Cloud, artefact: Path) -> Cloud:
    """Deploys what `sam build` made with the settings of samconfig.toml, less what MiniStack rejects."""
    document, _ = load(artefact / "template.yaml")
    root = json.dumps(without_the_rejected(document))
    for template in artefact.glob("*/template.yaml"):
        nested = expanded(cloud, template).relative_to(artefact)
        root = root.replace(str(template.relative_to(artefact)), str(nested))
    accepted = artefact / ACCEPTED
    accepted.write_text(root)
    settings = tomllib.loads((ROOT / "samconfig.toml").read_text())["dev"]["deploy"]["parameters"]
    overrides = [*settings["parameter_overrides"].split(), "ClusterAccess=elsewhere"]
    answer = subprocess.run(  # noqa: S603 -- our own tool
        [
            TOOLS / "sam/bin/sam", "deploy", "--template-file", accepted,
            "--config-file", ROOT / "samconfig.toml", "--config-env", "dev",
            "--no-confirm-changeset", "--no-progressbar", "--parameter-overrides", *overrides,
        ],
        env=cloud.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return cloud


def expanded(cloud: Cloud, template: Path) -> Path:
    """Writes a nested template as plain CloudFormation, which AWS and the twin do, and MiniStack does not.

    Its code is uploaded by the real `sam package`; the transform is the one that AWS publishes.
    """
    bucket, packaged = "nested-artefacts", template.with_name("packaged.yaml")
    cloud.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    answer = subprocess.run(  # noqa: S603 -- our own tool
        [
            TOOLS / "sam/bin/sam", "package", "--template-file", template, "--s3-bucket", bucket,
            "--region", REGION, "--output-template-file", packaged, "--no-progressbar",
        ],
        env=cloud.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout + answer.stderr
    document, sources = load(packaged)
    plain = translate(document, Problems(sources), {}, REGION)
    plain.pop("Transform", None)
    accepted = template.with_name(ACCEPTED)
    accepted.write_text(json.dumps(without_the_rejected(plain)))
    return accepted


def without_the_rejected(template: dict[str, Any]) -> dict[str, Any]:
    """Takes out what MiniStack rejects; who would start a machine's alias starts the machine."""
    gone = [name for name, each in template["Resources"].items() if each["Type"] in REJECTED]
    for name in gone:
        del template["Resources"][name]
    text = json.dumps(template)
    for name in gone:
        text = text.replace(f'{{"Ref": "{name}"}}', f'{{"Ref": "{name.removesuffix("Aliaslive")}"}}')
    plain: dict[str, Any] = json.loads(text)
    return plain


def resources(cloud: Cloud, stack: str = STACK) -> dict[str, str]:
    """Gives the physical name of each resource, those of nested stacks included."""
    pages = cloud.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    summaries = [each for page in pages for each in page["StackResourceSummaries"]]
    assert all(each["ResourceStatus"] == "CREATE_COMPLETE" for each in summaries)
    found = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in summaries}
    for each in summaries:
        if each["ResourceType"] == "AWS::CloudFormation::Stack":
            found |= resources(cloud, each["PhysicalResourceId"])
    return found


def test_sam_deploys_every_function_and_the_machine(deployed: Cloud) -> None:
    templates = [ROOT / "template.yaml", *(ROOT / "templates").glob("*.yaml")]
    written = {
        name: each
        for template in templates
        for name, each in YAML(typ="rt").load(template.read_text())["Resources"].items()
    }
    # What only a fleet needs has a condition, and samconfig.toml's dev has no fleet.
    functions = {
        name
        for name, each in written.items()
        if each["Type"] == "AWS::Serverless::Function" and "Condition" not in each
    }
    made = resources(deployed)
    there = {each["FunctionName"] for each in deployed.client("lambda").list_functions()["Functions"]}

    assert functions <= set(made)
    assert {made[name] for name in functions} <= there
    machines = deployed.client("stepfunctions").list_state_machines()["stateMachines"]
    assert "toban-dev-night-scaling" in {each["name"] for each in machines}


def test_a_deployed_function_answers_and_fails_closed_where_its_cluster_is_missing(deployed: Cloud) -> None:
    event = {
        "now": "2026-12-07T03:00:00Z",
        "execution": "arn:aws:states:ap-northeast-1:000000000000:execution:toban-dev-night-scaling:test",
        "run": {"target": "dev", "cause": "tick"},
    }
    function = "toban-dev-night-scaling-plan-night"
    answer = deployed.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    said = json.loads(answer["Payload"].read())

    assert "FunctionError" not in answer, said
    assert said["action"] == "nothing"
    assert said["reason"] == "none of the node groups that may be scaled exists"


@pytest.mark.parametrize("kind", sorted(REJECTED))
def test_what_ministack_rejects_it_still_rejects(cloud: Cloud, kind: str) -> None:
    body = json.dumps({"Resources": {"It": {"Type": kind, "Properties": {}}}})
    with pytest.raises(ClientError, match="Unrecognized resource types"):
        cloud.client("cloudformation").create_stack(StackName="rejected", TemplateBody=body)


def test_what_ministack_does_not_expand_it_still_does_not(cloud: Cloud) -> None:
    """The SAM transform of a nested template: its functions stay what CloudFormation does not know."""
    function = {"Type": "AWS::Serverless::Function", "Properties": {"InlineCode": "pass", "Handler": "a.b"}}
    nested = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"It": function}}
    cloud.client("s3").create_bucket(
        Bucket="nested", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    cloud.client("s3").put_object(Bucket="nested", Key="it.json", Body=json.dumps(nested))
    address = f"{cloud.environment['AWS_ENDPOINT_URL']}/nested/it.json"
    stack = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": address}}
    client = cloud.client("cloudformation")
    client.create_stack(StackName="nests", TemplateBody=json.dumps({"Resources": {"Inner": stack}}))
    with pytest.raises(WaiterError):
        client.get_waiter("stack_create_complete").wait(
            StackName="nests", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )


def test_what_ministack_loses_it_still_loses(deployed: Cloud) -> None:
    scheduler = deployed.client("scheduler")
    names = [each["Name"] for each in scheduler.list_schedules()["Schedules"]]
    zones = {scheduler.get_schedule(Name=name).get("ScheduleExpressionTimezone") for name in names}

    assert names
    assert zones == {"UTC"} != {LOST}


def test_what_ministack_cannot_do_stands_in_the_documents() -> None:
    page = (ROOT / "docs/capabilities/infrastructure.md").read_text()

    assert all(kind in page for kind in REJECTED)
    assert "time zone" in page
