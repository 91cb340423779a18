"""How far and how fast an autoscaler may go: the rules of `spec.behavior`, with Kubernetes' own defaults.

Pure: what was recommended and done before comes in, a number of replicas and the next time to look go out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from twin.json_copies import clone

if TYPE_CHECKING:
    from twin.cluster.shapes import Object

TOLERANCE = 0.1
"""How far the ratio of use to target may be from 1 (kube-controller-manager,
--horizontal-pod-autoscaler-tolerance)."""
_DOWN_WINDOW_S = 300
"""How long a scale-down waits (--horizontal-pod-autoscaler-downscale-stabilization)."""
_DEFAULTS: dict[str, Object] = {
    "scaleUp": {
        "stabilizationWindowSeconds": 0,
        "selectPolicy": "Max",
        "policies": [
            {"type": "Pods", "value": 4, "periodSeconds": 15},
            {"type": "Percent", "value": 100, "periodSeconds": 15},
        ],
    },
    "scaleDown": {
        "selectPolicy": "Max",
        "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}],
    },
}


def filled(behavior: Object) -> Object:
    """Completes a given `spec.behavior` as the API server does."""
    return {
        direction: {**clone(defaults), **(behavior.get(direction) or {})}
        for direction, defaults in _DEFAULTS.items()
    }


@dataclass
class Memory:
    """What an autoscaler remembers.

    Attributes:
        recommended: Each recommendation, with when it began to hold; it holds until the next one.
        scaled: When it scaled, and by how many pods.
    """

    recommended: list[tuple[datetime, int]] = field(default_factory=list)
    scaled: list[tuple[datetime, int]] = field(default_factory=list)

    def recommend(self, at: datetime, replicas: int) -> None:
        """Notes a recommendation."""
        if not self.recommended or self.recommended[-1][1] != replicas:
            self.recommended.append((at, replicas))

    def forget(self, before: datetime) -> None:
        """Drops what no window reaches any more."""
        while len(self.recommended) > 1 and self.recommended[1][0] < before:
            self.recommended.pop(0)
        self.scaled = [entry for entry in self.scaled if entry[0] >= before]


@dataclass(frozen=True, slots=True)
class ScalingDecision:
    """How many replicas; whether a window or a policy held it back; when that may change, None for never."""

    replicas: int
    stabilized: bool = False
    limited: bool = False
    look_at: datetime | None = None


def allowed(
    behavior: Object | None, current: int, wanted: int, memory: Memory, now: datetime
) -> ScalingDecision:
    """Returns how far towards `wanted` the rules let an autoscaler go now."""
    rules = filled(behavior or {})
    up, down = rules["scaleUp"], rules["scaleDown"]
    low, high, changes = _stabilized(up, down, current, memory, now)
    steady = low if low > current else min(current, high)
    stabilized = steady != wanted
    if steady > current:
        limit, ends = _limit(up, current, memory, now, step=1)
        replicas = min(steady, limit)
    elif steady < current:
        limit, ends = _limit(down, current, memory, now, step=-1)
        replicas = max(steady, limit)
    else:
        replicas, ends = steady, []
    limited = replicas != steady
    times = (changes if stabilized else []) + (ends if limited else [])
    return ScalingDecision(replicas, stabilized, limited, min((at for at in times if at > now), default=None))


def _stabilized(
    up: Object, down: Object, current: int, memory: Memory, now: datetime
) -> tuple[int, int, list[datetime]]:
    """Returns the bounds of going up and of going down, and when each recommendation ages.

    They are the lowest and the highest recent recommendation.
    """
    windows = (up["stabilizationWindowSeconds"], down.get("stabilizationWindowSeconds", _DOWN_WINDOW_S))
    low = high = memory.recommended[-1][1] if memory.recommended else current
    ages: list[datetime] = []
    for position, (_, replicas) in enumerate(memory.recommended[:-1]):
        ended = memory.recommended[position + 1][0]
        for window in windows:
            # A recommendation that held until `ended` is in the window for so long after.
            until = ended + timedelta(seconds=window)
            if until > now:
                ages.append(until)
        if ended + timedelta(seconds=windows[0]) > now:
            low = min(low, replicas)
        if ended + timedelta(seconds=windows[1]) > now:
            high = max(high, replicas)
    return low, high, ages


def _limit(
    rule: Object, current: int, memory: Memory, now: datetime, *, step: int
) -> tuple[int, list[datetime]]:
    """Returns the farthest that a direction's policies go, and when each one's period lets it go on."""
    choice = rule.get("selectPolicy") or "Max"
    if choice == "Disabled":
        return current, []
    found: list[int] = []
    ends: list[datetime] = []
    for policy in rule["policies"]:
        period = timedelta(seconds=policy["periodSeconds"])
        recent = [(at, by) for at, by in memory.scaled if at + period > now]
        ends += [at + period for at, by in recent if by * step > 0]
        found.append(_reach(policy, current - sum(by for _, by in recent), step))
    farthest = max if (choice == "Max") == (step > 0) else min
    # Somebody else may have scaled meanwhile: a limit stops a direction, it never turns it round.
    return (max if step > 0 else min)(current, farthest(found)), ends


def _reach(policy: dict[str, Any], start: int, step: int) -> int:
    """Returns how far one policy goes from where its period began."""
    value = int(policy["value"])
    if policy["type"] == "Pods":
        return start + step * value
    exact = round(start * (1 + step * value / 100), 9)
    return ceil(exact) if step > 0 else floor(exact)
