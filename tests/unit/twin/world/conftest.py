"""A node group on its own cluster, and the AWS calls about it, without a control plane."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from twin.account import simulated_account
from twin.api_calls import ApiCalls
from twin.clock import Clock
from twin.cluster.simulation import SimulatedCluster
from twin.world.databases import Databases
from twin.world.durations import Durations
from twin.world.eks import Eks
from twin.world.nodegroups import NodeGroup

if TYPE_CHECKING:
    from collections.abc import Iterator

ZONES = ("ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d")


@dataclass
class Yard:
    clock: Clock
    group: NodeGroup
    databases: Databases
    eks: Any
    autoscaling: Any
    rds: Any
    log: list[tuple[str, str, str, str]] = field(default_factory=list)

    def run(self, **span: float) -> None:
        self.clock.run_until(self.clock.now + timedelta(**span))

    def resize(self, lowest: int, desired: int, most: int) -> None:
        self.eks.update_nodegroup_config(
            clusterName="c",
            nodegroupName="primary",
            scalingConfig={"minSize": lowest, "desiredSize": desired, "maxSize": most},
        )

    def sizes(self) -> tuple[int, int, int]:
        found = self.eks.describe_nodegroup(clusterName="c", nodegroupName="primary")["nodegroup"]
        sizes = found["scalingConfig"]
        return sizes["minSize"], sizes["desiredSize"], sizes["maxSize"]

    def ready(self) -> int:
        return self.group.cluster.readiness.nodes


@pytest.fixture
def yard() -> Iterator[Yard]:
    log: list[tuple[str, str, str, str]] = []

    def hear(*entry: str) -> None:
        kind, subject, what, why = entry
        log.append((kind, subject, what, why))

    clock = Clock(datetime(2026, 12, 7, 3, tzinfo=UTC))
    calls = ApiCalls(clock)
    with simulated_account() as account:
        calls.install()
        try:
            durations, numbers = Durations(7), count(1)
            group = NodeGroup(
                "dev", "c", "primary", (2, 3, 6), "t3.medium", ZONES,
                clock, durations, SimulatedCluster(clock), hear, lambda: next(numbers),
            )  # fmt: skip
            eks = Eks(calls)
            eks.put_cluster("c", "http://127.0.0.1:1", account=account.account, region=account.region)
            eks.put_nodegroup(group)
            databases = Databases(clock, calls, durations, hear)
            databases.create("taskmanager-dev", environment="dev")
            group.fill()
            clients = [account.client(name) for name in ("eks", "autoscaling", "rds")]
            yard = Yard(clock, group, databases, *clients, log)
            yard.run(minutes=1)
            yield yard
        finally:
            calls.close()
            clock.close()
