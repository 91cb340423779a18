"""Deploys whole environments in the twin, as the tests of the stacks need them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from twin.access_entries import AccessEntries
from twin.account import Account, simulated_account
from twin.api_calls import ApiCalls
from twin.clock import Clock
from twin.cloudformation import Stack, deploy
from twin.cloudformation.stored_resources import StoredResources
from twin.package import package

ROOT = Path(__file__).resolve().parents[3]
STACKS = ROOT / "stacks"
MAIN = STACKS / "main.yaml"
NOON = datetime(2026, 12, 7, 3, 0, tzinfo=UTC)

KEY = "arn:aws:kms:ap-northeast-3:123456789012:key/11111111-2222-3333-4444-555555555555"
COMMON = {
    "PublicAccessCidrs": "198.51.100.0/24",
    "GitHubRepository": "example/toban",
    "LoadBalancer": "app/k8s-taskmanager/0123456789abcdef",
    "ApiTargetGroup": "targetgroup/k8s-api/0123456789abcdef",
    "LoadBalancerDnsName": "k8s-taskmanager-1.ap-northeast-1.elb.amazonaws.com",
    "NotificationEmail": "sre@example.com",
}
DEV = {
    **COMMON,
    "Environment": "dev",
    "NatGateways": "one",
    "MultiAz": "false",
    "DeletionProtection": "false",
}
PROD = {
    **COMMON,
    "Environment": "prod",
    "RecoveryRegion": "ap-northeast-3",
    "RecoveryKeyArn": KEY,
    "VeleroBucketArn": "arn:aws:s3:::toban-dr-velero-123456789012-ap-northeast-3",
    "VeleroKeyArn": KEY,
    "ArchiveLogs": "on",
}
SKELETON = {
    "Environment": "dr",
    "Workload": "absent",
    "NatGateways": "none",
    "ZoneSuffixes": "a,b,c",
    "PublicAccessCidrs": "198.51.100.0/24",
    "HostedZoneId": "Z0123456789ABC",
    "OncePerAccount": "elsewhere",
}


@dataclass
class World:
    """One simulated account, and what was deployed to it."""

    aws: Account
    stack: Stack

    def client(self, service: str) -> Any:
        return self.aws.client(service)

    def every(self) -> Iterator[Stack]:
        """Returns the stack and those nested in it."""
        waiting = [self.stack]
        while waiting:
            stack = waiting.pop()
            yield stack
            waiting += stack.nested.values()

    def find(self, logical: str) -> Any:
        """Returns what was made under a logical id, which is unique in all stacks."""
        [made] = [stack.made[logical] for stack in self.every() if logical in stack.made]
        return made


@contextmanager
def world(
    parameters: dict[str, str], *, template: Path = MAIN, region: str = "ap-northeast-1"
) -> Iterator[World]:
    """Deploys a template to an empty account for as long as the block runs."""
    with (
        simulated_account(region) as account,
        closing(Clock(NOON)) as clock,
        closing(ApiCalls(clock)) as api_calls,
    ):
        api_calls.install()
        StoredResources(api_calls)
        AccessEntries(api_calls)
        yield World(
            account, deploy(package(template), stack_name="infra", parameters=parameters, aws=account)
        )
