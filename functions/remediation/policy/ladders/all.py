"""All six ladders, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Ladder
from functions.remediation.policy.ladders import (
    database_connections,
    high_cpu,
    high_errors,
    high_latency,
    high_memory,
    low_availability,
)

if TYPE_CHECKING:
    from functions.remediation.policy.looks import Look

LADDERS: dict[Ladder, tuple[Look, ...]] = {
    Ladder.LOW_AVAILABILITY: low_availability.LOOKS,
    Ladder.DATABASE_CONNECTIONS: database_connections.LOOKS,
    Ladder.HIGH_ERRORS: high_errors.LOOKS,
    Ladder.HIGH_CPU: high_cpu.LOOKS,
    Ladder.HIGH_MEMORY: high_memory.LOOKS,
    Ladder.HIGH_LATENCY: high_latency.LOOKS,
}
