"""What is known of one AWS call: who makes it, with what, and how it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from twin.clock import Clock


@dataclass(frozen=True)
class CallContext:
    """Who calls, where and when.

    `function` is the name of the Lambda function whose handler makes the call, None outside of handlers.
    `role` is the name of the role that signs it, None for the twin itself.
    """

    clock: Clock
    region: str
    account: str
    function: str | None
    role: str | None


@dataclass
class Call:
    """One call; listeners get the same object before it (`finished` False) and after it."""

    number: int
    at: datetime
    service: str
    operation: str
    params: dict[str, Any]
    context: CallContext
    finished: bool = False
    result: dict[str, Any] | None = None
    error: BaseException | None = None
