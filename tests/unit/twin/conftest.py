"""A small twin for the tests of its parts: a clock, the hook on AWS calls, moto, a bus and its schedules."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from moto import mock_aws

from twin.account import Account
from twin.alarms import Alarms, Metrics, ServiceMetrics
from twin.api_calls import ApiCalls
from twin.bus import EventBus
from twin.clock import Clock
from twin.schedules import Schedules

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class SmallTwin:
    clock: Clock
    calls: ApiCalls
    aws: Account
    log: list[tuple[str, str, str, str]] = field(default_factory=list)
    bus: EventBus = field(init=False)
    schedules: Schedules = field(init=False)
    metrics: Metrics = field(default_factory=Metrics)
    alarms: Alarms = field(init=False)
    services: ServiceMetrics = field(init=False)

    def __post_init__(self) -> None:
        self.bus = EventBus(self.clock, self.calls, self.aws, listener=self.hear)
        self.schedules = Schedules(self.clock, self.calls, self.bus, self.aws)
        self.alarms = Alarms(self.clock, self.calls, self.bus, self.aws, self.metrics)
        self.services = ServiceMetrics(self.clock, self.calls, self.aws, self.metrics, listener=self.hear)

    def hear(self, *entry: str) -> None:
        kind, subject, what, why = entry
        self.log.append((kind, subject, what, why))

    def run(self, **span: float) -> None:
        self.clock.run_until(self.clock.now + timedelta(**span))

    def queue(self, name: str) -> str:
        self.aws.client("sqs").create_queue(QueueName=name)
        return f"arn:aws:sqs:{self.aws.region}:{self.aws.account}:{name}"

    def messages(self, name: str) -> list[dict[str, Any]]:
        client = self.aws.client("sqs")
        url = client.get_queue_url(QueueName=name)["QueueUrl"]
        found = []
        while batch := client.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=60
        ).get("Messages"):
            found += batch
        return found


@pytest.fixture
def small_twin() -> Iterator[SmallTwin]:
    """Yields a twin that starts on Monday 2 March 2026, 00:00 UTC."""
    with (
        mock.patch.dict(os.environ, {"AWS_DEFAULT_REGION": "ap-northeast-1"}),
        mock_aws(),
        closing(Clock(datetime(2026, 3, 2, tzinfo=UTC))) as clock,
        closing(ApiCalls(clock)) as calls,
    ):
        calls.install()
        twin = SmallTwin(clock, calls, Account())
        with closing(twin.services):
            yield twin
