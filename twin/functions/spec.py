"""What goes into a runner and what comes out: a function as Lambda knows it, and how an invocation went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class FunctionSpec:
    """What Lambda knows of a function.

    `timeout_s` is Lambda's own limit, in seconds; `version` is the published one, `$LATEST` for none.
    """

    name: str
    arn: str
    handler: str
    role: str
    region: str
    timeout_s: float
    memory_mb: int
    environment: Mapping[str, str]
    version: str = "$LATEST"

    @property
    def key(self) -> str:
        """The name by which code and containers are kept: a published version has its own."""
        return self.name if self.version == "$LATEST" else f"{self.name}:{self.version}"


@dataclass(frozen=True)
class Invocation:
    """How an invocation went.

    `payload` is the answer as JSON text; with an `error` ("Unhandled") it is Lambda's error object.
    """

    payload: str
    error: str | None
    logs: str
    duration_s: float
    cold: bool
    request_id: str


@dataclass(frozen=True)
class RunTimes:
    """The virtual seconds that an invocation takes; a handler's own waits come on top.

    The defaults are a Python handler with boto3: research measured 0.5 to 0.7 s of imports, to which a cold
    start adds the sandbox.
    """

    warm_s: float = 0.3
    cold_s: float = 1.0
