"""Scenarios: stories that the twin plays, each with expectations that can fail.

A scenario arranges a world before time runs; afterwards each expectation looks at what was observed and says whether
it held, and what was seen.
"""

from twin.scenarios.scenario import Expectation, Scenario, Seen
from twin.scenarios.stories import SCENARIOS

__all__ = ["SCENARIOS", "Expectation", "Scenario", "Seen"]
