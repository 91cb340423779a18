"""What a handler is given as its second argument."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from twin.clock import Clock


@dataclass
class Identity:
    """Who signed in through Cognito: nobody, here."""

    cognito_identity_id: None = None
    cognito_identity_pool_id: None = None


@dataclass
class LambdaContext:
    """Lambda's context object; the time that remains is virtual."""

    clock: Clock
    deadline: datetime
    aws_request_id: str
    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    log_group_name: str
    log_stream_name: str
    function_version: str = "$LATEST"
    identity: Identity = field(default_factory=Identity)
    client_context: None = None
    tenant_id: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Returns the time until Lambda ends this invocation, in milliseconds."""
        left = (self.deadline - self.clock.now).total_seconds()
        return max(int(left * 1000), 0)
