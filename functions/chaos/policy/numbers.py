"""The numbers that chaos goes by; a policy of a team's own may only be stricter."""

from datetime import timedelta
from typing import Final, NamedTuple

DEVELOPMENT: Final = "dev"
"""The one environment where experiments may be longer and need a yes for the graver faults alone."""

NEVER: Final = frozenset(
    {
        "argo-rollouts",
        "chaos-engineering",
        "external-secrets",
        "kube-node-lease",
        "kube-public",
        "kube-system",
        "logging",
        "monitoring",
        "velero",
    }
)
"""Namespaces that no experiment targets: what would stop it, watch it or bring things back lives there."""


class Numbers(NamedTuple):
    """Every number that the guard and the verdict go by.

    Attributes:
        longest_minutes: Longest experiment outside `dev`.
        longest_minutes_in_dev: Longest experiment in `dev`.
        most_percent: Largest share of ready pods or nodes that one experiment hits; at least one.
        least_zones: Zones that must hold ready pods before one of them is taken.
        burn_below: The error budget's burn over one hour must be below it.
        budget_above_percent: More than this must be left of the month's error budget.
        incident_minutes: No incident was closed within these last minutes.
        alarm_periods: An alarm's newest data are younger than this many of its periods.
        same_hours: Hours between two runs of the same experiment.
        any_hours: Hours between two runs of any experiments.
        window_begin_hour: Local hour before which nothing begins.
        window_end_hour: Local hour at which every run has ended.
        approval_hours: How long a person's yes is good for.
        recovery_minutes: The steady state is back within these minutes after the stop.
        breach_to_stop_seconds: Longest time from the first breach to the fault's removal.
        alarm_to_stop_seconds: Longest time from the alarm to the fault's removal.
    """

    longest_minutes: int = 10
    longest_minutes_in_dev: int = 30
    most_percent: int = 33
    least_zones: int = 3
    burn_below: float = 1.0
    budget_above_percent: float = 25.0
    incident_minutes: int = 60
    alarm_periods: int = 2
    same_hours: int = 24
    any_hours: int = 1
    window_begin_hour: int = 10
    window_end_hour: int = 16
    approval_hours: int = 24
    recovery_minutes: int = 5
    breach_to_stop_seconds: int = 60
    alarm_to_stop_seconds: int = 30

    def longest(self, environment: str) -> int:
        """Returns the longest duration in minutes; an environment that is not `dev` counts as production."""
        return self.longest_minutes_in_dev if environment == DEVELOPMENT else self.longest_minutes

    @property
    def recovery(self) -> timedelta:
        """Returns how long the recovery may take."""
        return timedelta(minutes=self.recovery_minutes)
