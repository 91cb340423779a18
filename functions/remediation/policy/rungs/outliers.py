"""Which pods are ill by a measure, and whether it is one of them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.looks import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.remediation.policy.case import Case
    from functions.remediation.policy.cluster_facts import Pod


def hot(case: Case) -> Callable[[Pod], bool]:
    """Returns whether a pod uses more of its processor than the alarm allows."""
    most = case.policy.numbers.cpu_percent
    return lambda pod: pod.cpu_percent > most


def full(case: Case) -> Callable[[Pod], bool]:
    """Returns whether a pod uses more of its memory than the alarm allows."""
    most = case.policy.numbers.memory_percent
    return lambda pod: pod.memory_percent > most


def failing(case: Case) -> Callable[[Pod], bool]:
    """Returns whether more of a pod's answers are errors than the alarm allows."""
    most = case.policy.numbers.errors_percent
    return lambda pod: pod.errors_percent > most


def slow(case: Case) -> Callable[[Pod], bool]:
    """Returns whether a pod's answers take longer than the alarm allows."""
    most = case.policy.numbers.latency_ms
    return lambda pod: pod.p95_ms > most


def the_only_one(case: Case, is_ill: Callable[[Pod], bool]) -> Pod | None:
    """Returns the one pod that is ill while others are not; None when it is none, several or all."""
    pods = read(case.snapshot.pods)
    ill = [pod for pod in pods if is_ill(pod)]
    return ill[0] if len(ill) == 1 < len(pods) else None
