"""Every real handler starts on AWS's own runtime client, and sees and says there what it does in process."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from twin.functions.isolated import IsolatedRunner
from twin.functions.lambda_service import _spec_of
from twin.world import World, open_world
from twin.world.deployments import read_deployments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.functions.spec import FunctionSpec

ROOT = Path(__file__).resolve().parents[3]
NOON = datetime(2026, 12, 11, 3, tzinfo=UTC)
HANDLERS = sorted(
    path.stem
    for path in (ROOT / "functions").glob("*/steps/*.py")
    if "\n@entrypoint" in path.read_text(encoding="utf-8")
)


@dataclass
class Two:
    world: World
    isolated: IsolatedRunner

    def spec(self, handler: str) -> FunctionSpec:
        # Beside the control plane's stack stands that of what it operates.
        names = {
            made.properties["Handler"].split(".")[-2]: made.physical
            for root in self.world.plane.stacks
            for stack in (root, *root.nested.values())
            for made in stack.made.values()
            if made.kind == "AWS::Lambda::Function"
        }
        from moto.awslambda.models import lambda_backends  # noqa: PLC0415 -- after the world has opened

        account = self.world.account
        return _spec_of(lambda_backends[account.account][account.region].get_function(names[handler]))

    def run(self, handler: str, event: Any) -> list[dict[str, Any]]:
        """Returns both runners' answers, without the request's id."""
        spec = self.spec(handler)
        answers = [
            json.loads(runner.run(spec, event).payload) for runner in (self.world.plane.runner, self.isolated)
        ]
        for answer in answers:
            answer.pop("requestId", None)
        return answers


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    [dev] = read_deployments(ROOT / "samconfig.toml", ("dev",))
    # With a fleet, so that the handlers that only a fleet has are deployed too.
    deployments = [replace(dev, parameters={**dev.parameters, "FleetClusters": "team-*"})]
    with open_world(ROOT / "template.yaml", begin=NOON, seed=0, deployments=deployments) as world:
        plane = world.plane
        with closing(IsolatedRunner(plane.clock, plane.api_calls, plane._code)) as isolated:
            yield Two(world, isolated)


def test_there_are_handlers() -> None:
    assert len(HANDLERS) >= 15


@pytest.mark.parametrize("handler", HANDLERS)
def test_each_handler_starts_and_refuses_a_strange_event_as_in_process(handler: str, two: Two) -> None:
    inside, isolated = two.run(handler, {"strange": True})
    assert isolated["errorType"] == "PermanentError"
    assert isolated == inside


def test_a_plan_reads_table_cloud_and_cluster_over_the_wire_and_comes_out_the_same(two: Two) -> None:
    event = {
        "now": "2026-12-11T13:10:00+00:00",
        "execution": "arn:aws:states:ap-northeast-1:123456789012:execution:toban-dev-night-scaling:test",
        "run": {"target": "dev", "cause": "test"},
    }
    inside, isolated = two.run("plan_night", event)
    assert isolated == inside
    assert isolated["action"] == "sleep"
