"""How long things take, in virtual time: published durations, spread by chance that repeats with the seed.

Nothing here was measured by us on AWS. Each figure names where it comes from; an assumption says so.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Duration:
    """A time in seconds that varies: log-normal around its median, cut off at both ends.

    Attributes:
        median_s: Half of the draws are shorter.
        shortest_s: No draw is shorter.
        longest_s: No draw is longer.
        spread: Standard deviation of the logarithm; 0.25 puts two thirds of the draws within a quarter of the
            median.
    """

    median_s: float
    shortest_s: float
    longest_s: float
    spread: float = 0.25

    def draw(self, chance: random.Random) -> float:
        """Draws one, in seconds, to the tenth."""
        seconds = self.median_s * math.exp(chance.gauss(0, self.spread))
        return round(min(max(seconds, self.shortest_s), self.longest_s), 1)


@dataclass(slots=True)
class Durations:
    """The durations of one world.

    Attributes:
        seed: Fixes every draw.
        node_joins: From the Auto Scaling group's launch to a Ready node. Fourteen public Terraform logs of
            managed node groups: median 2.1 minutes, shortest 1.5, longest 6.8.
        nodegroup_updates: For how long UpdateNodegroupConfig leaves a node group UPDATING. An assumption.
        node_ends: From the end of an instance to the disappearance of its Node object. An assumption.
        database_stops: From StopDBInstance to `stopped`. AWS says "several minutes"; the figure is assumed.
        database_starts: From StartDBInstance to `available`. As above.
    """

    seed: int
    node_joins: Duration = Duration(126, 90, 408)
    nodegroup_updates: Duration = Duration(25, 10, 60)
    node_ends: Duration = Duration(60, 30, 120)
    database_stops: Duration = Duration(240, 120, 600)
    database_starts: Duration = Duration(300, 180, 900)
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        # Another word would draw other nights than those of docs/images/nights.
        self.chance = random.Random(f"physics {self.seed}")  # noqa: S311 - a simulation


DATABASE_RESTARTS_S = 7 * 86_400.0
"""RDS starts a stopped instance again after seven days, for its maintenance (AWS documentation)."""
EKS_DRAIN_S = 900.0
"""EKS gives a node's pods fifteen minutes to leave when it scales in, then ends it (AWS documentation)."""
