"""The simulated AWS account that stacks are deployed to: moto, with its interpreter of state machines on."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import boto3
from moto import mock_aws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.core.config import DefaultConfig

REGION = "ap-northeast-1"
"""Tokyo, where the design's environments live."""

ACCOUNT = "123456789012"
"""Moto's own account number."""


@dataclass
class Account:
    """One simulated account in one Region; gives boto3 clients, each made once."""

    region: str = REGION
    account: str = ACCOUNT
    exports: dict[str, Any] = field(default_factory=dict)
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """Returns the boto3 client of a service; every call of it stays in this process."""
        if service not in self._clients:
            self._clients[service] = boto3.client(service, region_name=self.region)  # type: ignore[call-overload]  # any name
        return self._clients[service]


@contextmanager
def simulated_account(region: str = REGION) -> Iterator[Account]:
    """Opens an empty account for as long as the block runs; nothing of it is left afterwards.

    Yields:
        The account. Calls of any boto3 client of this process reach it, and no other: moto signs them with
        credentials of its own, whatever a person's shell holds.
    """
    config: DefaultConfig = {"stepfunctions": {"execute_state_machine": True}}
    with patch.dict(os.environ, {"AWS_DEFAULT_REGION": region}), mock_aws(config=config):
        yield Account(region=region)
