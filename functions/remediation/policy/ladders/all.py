"""All six ladders, by name, each behind the look that no rung gets past."""

from __future__ import annotations

from functions.remediation.policy.codes import Ladder
from functions.remediation.policy.ladders import (
    database_connections,
    high_cpu,
    high_errors,
    high_latency,
    high_memory,
    low_availability,
)
from functions.remediation.policy.looks import Look
from functions.remediation.policy.rungs import nodes
from functions.remediation.policy.sources import Source

NODES_LOST = Look(None, (Source.NODES,), nodes.lost)
"""Every ladder's first look: where many nodes are lost there is no rung."""
LADDERS: dict[Ladder, tuple[Look, ...]] = {
    Ladder.LOW_AVAILABILITY: (NODES_LOST, *low_availability.LOOKS),
    Ladder.DATABASE_CONNECTIONS: (NODES_LOST, *database_connections.LOOKS),
    Ladder.HIGH_ERRORS: (NODES_LOST, *high_errors.LOOKS),
    Ladder.HIGH_CPU: (NODES_LOST, *high_cpu.LOOKS),
    Ladder.HIGH_MEMORY: (NODES_LOST, *high_memory.LOOKS),
    Ladder.HIGH_LATENCY: (NODES_LOST, *high_latency.LOOKS),
}
