"""The life of a finding: open, acknowledged with a reason, closed by a passing run of the same experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.chaos.policy.facts import Finding
from functions.core.errors import SafetyRefusal

if TYPE_CHECKING:
    from collections.abc import Sequence

OPEN, ACKNOWLEDGED, CLOSED = "open", "acknowledged", "closed"


def after_run(
    findings: Sequence[Finding], *, experiment: str, run: str, verdict: str, why: str
) -> tuple[Finding, ...]:
    """Returns the findings after a run: a FAIL opens one, a PASS closes those of the same experiment.

    Any other verdict has neither shown nor disproved anything. The same run once more changes nothing.

    Args:
        findings: What is known.
        experiment: Name of the experiment.
        run: Name of the run, which becomes the finding's.
        verdict: The run's verdict.
        why: What was found.
    """
    if verdict == "PASS":
        return tuple(
            finding._replace(state=CLOSED, closed_by=run)
            if finding.experiment == experiment and finding.state != CLOSED
            else finding
            for finding in findings
        )
    if verdict != "FAIL" or run in {finding.id for finding in findings}:
        return tuple(findings)
    return (*findings, Finding(run, experiment, OPEN, why))


def acknowledge(findings: Sequence[Finding], id_: str, *, who: str, reason: str) -> tuple[Finding, ...]:
    """Returns the findings after a person has acknowledged one.

    Raises:
        SafetyRefusal: There is no such finding, it is closed, or no reason was given.
    """
    known = {finding.id: finding for finding in findings}
    if id_ not in known:
        raise SafetyRefusal(f"there is no finding {id_}")
    if known[id_].state == CLOSED:
        raise SafetyRefusal(f"finding {id_} was closed by {known[id_].closed_by}")
    if not reason.strip():
        raise SafetyRefusal(f"finding {id_} is acknowledged with a reason: those who come after you read it")
    said = f"{who}: {reason.strip()}"
    return tuple(
        finding._replace(state=ACKNOWLEDGED, reason=said) if finding.id == id_ else finding
        for finding in findings
    )
