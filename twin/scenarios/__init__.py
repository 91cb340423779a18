"""Scenarios: stories that the twin plays, each with expectations that can fail.

A scenario arranges a world before time runs; afterwards each expectation looks at what was observed and says
whether it held, and what was seen.
"""

from __future__ import annotations

from twin.scenarios.scenario import Expectation, Outcome, Scenario
from twin.scenarios.stories import SCENARIOS

__all__ = ["SCENARIOS", "Expectation", "Outcome", "Scenario"]
