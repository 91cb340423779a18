"""Whether a release fits the onset of an alarm, and how it is taken back: to a known good template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Rung
from functions.remediation.policy.ledger import contract_since, last_known_good
from functions.remediation.policy.looks import read
from functions.remediation.policy.plan import Change, Step
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.rungs.floors import while_rolling
from functions.remediation.policy.rungs.pods import reverted
from functions.remediation.policy.sources import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from functions.remediation.policy.case import Case
    from functions.remediation.policy.cluster_facts import Pod, Rollout
    from functions.remediation.policy.looks import Stop

ROLLBACK = (Source.WORKLOAD, Source.TARGETS, Source.LEDGER)


def release_that_fits(case: Case, is_ill: Callable[[Pod], bool]) -> Reason | None:
    """Returns that a release is the likely cause: it began shortly before, and its pods are ill.

    A restart is no release: by the ledger the template has been there for longer. Where the pods can be read,
    no pod of another template may be ill, and of its own either all or, as far as is known, none.
    """
    began = _began(case)
    if began is None or not began <= case.onset <= began + case.policy.release_window:
        return None
    pods = case.snapshot.pods
    if not isinstance(pods, Unreadable):
        template = _present(case)
        own = [is_ill(pod) for pod in pods if template is None or pod.template in {None, template}]
        if any(is_ill(pod) for pod in pods if template and pod.template not in {None, template}):
            return None
        if any(own) and not all(own):
            return None
    return Reason(Code.RELEASE_FITS, f"a release began at {began.isoformat()}, shortly before")


def _began(case: Case) -> datetime | None:
    ledger = case.snapshot.ledger
    if not isinstance(ledger, Unreadable) and ledger.stints:
        return ledger.stints[0].began
    rollout = case.snapshot.rollout
    return None if rollout is None or isinstance(rollout, Unreadable) else rollout.began


def _present(case: Case) -> str | None:
    ledger, workload = case.snapshot.ledger, case.snapshot.workload
    if not isinstance(ledger, Unreadable) and ledger.stints:
        return ledger.stints[0].key
    return None if isinstance(workload, Unreadable) else workload.template


def under_way(case: Case) -> Rollout | None:
    """Returns the roll-out that is under way; None when none is, or nobody can say."""
    rollout = case.snapshot.rollout
    return None if rollout is None or isinstance(rollout, Unreadable) or not rollout.in_progress else rollout


def roll_back(case: Case, cause: Reason) -> Step | Reason | Stop:
    """Returns to the newest template known to be good, or aborts an Argo Rollout that is under way."""
    workload, ledger = read(case.snapshot.workload), read(case.snapshot.ledger)
    if workload.paused:
        return Reason(Code.DEPLOYMENT_PAUSED, f"{case.service.name} is paused: a person is at work on it")
    reverts = reverted(case)
    if reverts is not None:
        return reverts
    good = last_known_good(ledger, now=case.now)
    if good is None:
        return Reason(Code.NO_KNOWN_GOOD, "no other template has run for 30 minutes without an alarm")
    effect = while_rolling(case)
    if isinstance(effect, Reason):
        return effect
    asks = None
    contract = contract_since(ledger, good)
    if contract is not None:
        text = f"a contract migration at {contract.at.isoformat()} does not suit {good.key}"
        asks = Reason(Code.CONTRACT_MIGRATION, text)
    change = Change(workload.kind, "/spec/template", ledger.stints[0].key, good.key)
    if workload.kind == "Rollout" and under_way(case) is not None:
        change = Change("Rollout", "/status/abort", False, True)  # noqa: FBT003 - values of a field
    return Step(Rung.ROLLBACK, cause, good.key, (change,), effect, asks)
