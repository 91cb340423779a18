"""A bench for small definitions: runs one on the interpreter and tells how it went, in virtual time."""

from __future__ import annotations

import datetime as dt
import functools
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from twin.api_calls import ApiCalls
from twin.clock import Clock
from twin.functions import FunctionRunner
from twin.functions.lambda_service import LambdaService
from twin.randomness import Randomness
from twin.state_machines import ExecutionEvent, install

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

START = dt.datetime(2026, 6, 5, 10, 0, tzinfo=dt.UTC)
REGION = "ap-northeast-1"
ROLE = "arn:aws:iam::123456789012:role/machine"


@functools.cache
def client(service: str) -> Any:
    """Clients know nothing of a bench and take long to make."""
    make: Any = boto3.client
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return make(service, region_name=REGION, **keys)


@dataclass
class Run:
    """How an execution went. `seconds` is the virtual time it took; `steps` are the states entered."""

    arn: str
    status: str
    output: Any
    error: str | None
    cause: str | None
    seconds: float
    events: list[ExecutionEvent]

    @property
    def steps(self) -> list[str | None]:
        return [event.state for event in self.events if event.kind.endswith("StateEntered")]

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]


@dataclass
class Bench:
    """The interpreter with a clock, and what tests do with it."""

    clock: Clock
    calls: ApiCalls
    tmp_path: Path
    roots: dict[str, Path] = field(default_factory=dict)
    events: list[ExecutionEvent] = field(default_factory=list)
    made: int = 0

    def client(self, service: str) -> Any:
        return client(service)

    def create(self, states: dict[str, Any], **top: Any) -> str:
        """A machine of these states, beginning with the first."""
        self.made += 1
        definition = {"StartAt": next(iter(states)), "States": states, **top}
        arn: str = self.client("stepfunctions").create_state_machine(
            name=f"machine-{self.made}", definition=json.dumps(definition), roleArn=ROLE
        )["stateMachineArn"]
        return arn

    def start(self, machine: str, given: Any = None, **more: Any) -> str:
        arn: str = self.client("stepfunctions").start_execution(
            stateMachineArn=machine, input=json.dumps({} if given is None else given), **more
        )["executionArn"]
        return arn

    def after(self, seconds: float) -> None:
        self.clock.run_until(self.clock.now + dt.timedelta(seconds=seconds))

    def result(self, arn: str) -> Run:
        told = self.client("stepfunctions").describe_execution(executionArn=arn)
        mine = [event for event in self.events if event.execution == arn]
        ended = mine[-1].at if mine else self.clock.now
        return Run(
            arn,
            told["status"],
            json.loads(told["output"]) if "output" in told else None,
            told.get("error"),
            told.get("cause"),
            (ended - mine[0].at).total_seconds(),
            mine,
        )

    def run(
        self, states: dict[str, Any], given: Any = None, *, for_s: float = 86_400 * 30, **top: Any
    ) -> Run:
        """Create, start, let time pass, and tell."""
        arn = self.start(self.create(states, **top), given)
        self.after(for_s)
        return self.result(arn)

    def function(self, name: str, code: str, timeout: int = 30) -> str:
        """A Lambda function whose handler module is this code."""
        root = self.tmp_path / name
        package = root / f"{name}_code"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
        (package / "handler.py").write_text(code)
        self.roots[name] = root
        arn: str = self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler=f"{name}_code.handler.handler",
            Role="arn:aws:iam::123456789012:role/" + name,
            Code={"ZipFile": b"none"},
            Timeout=timeout,
        )["FunctionArn"]
        return arn


def open_bench(tmp_path: Path, seed: int = 1) -> Iterator[Bench]:
    config: Any = {
        "stepfunctions": {"execute_state_machine": True},
        "lambda": {"use_docker": True},
        "iam": {"load_aws_managed_policies": False},
    }
    with mock_aws(config=config):
        randomness = Randomness(seed)
        clock = Clock(START)
        calls = ApiCalls(clock)
        calls.install()
        machines = install(clock, randomness.numbers)
        bench = Bench(clock, calls, tmp_path)
        machines.listen(bench.events.append)
        service = LambdaService(clock, calls, FunctionRunner(clock, calls, bench.roots))
        trust = json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            }
        )
        for role in ("machine", "work", "flaky", "slow", "echo"):
            bench.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=trust)
        try:
            yield bench
        finally:
            clock.close()
            service.close()
            machines.close()
            calls.close()
            randomness.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    yield from open_bench(tmp_path)


@pytest.fixture
def open_seeded() -> Callable[[Path, int], AbstractContextManager[Bench]]:
    """Opens benches one after the other, each with a seed of its own."""
    return contextmanager(open_bench)
