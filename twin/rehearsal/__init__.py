"""What a person breaks in a standing twin, and mends again: a name for each fault of a runbook."""

from __future__ import annotations

from twin.rehearsal.faults import Faults, UnknownFault

__all__ = ["Faults", "UnknownFault"]
