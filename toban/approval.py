"""`toban approval`: what waits for a person's yes, and the answer.

Exit codes: 0 done; 1 refused, by a rule or by AWS; 2 an argument is wrong.
"""

import getpass
import json
from typing import Annotated

import typer

from functions.adapters.stepfunctions import StepFunctionsTokens
from functions.runs.approval import answer
from functions.runs.policy import approval as policy
from functions.runs.policy.approval import Answer, Approval, Verdict
from toban.control import AsJson, Environment, Twin, View, control
from toban.hold import Owner

app = typer.Typer(no_args_is_help=True, help=__doc__)

Name = Annotated[str, typer.Argument(metavar="ID", help="As `toban approval list` shows it.")]
Digest = Annotated[
    str, typer.Option(help="Digest of the plan that you have seen; `list` and the page show it.")
]
Reason = Annotated[str, typer.Option(help="Why, for the people who come after you.")]
SAID = {
    Verdict.APPROVED: "approved: the run goes on",
    Verdict.DENIED: "denied: the run gives up, and nothing more is done",
    Verdict.WAITING: "noted: it needs the yes of one more person",
    Verdict.EXPIRED: "too late: nothing is done",
}


@app.command("list")
def listed(environment: Environment, *, as_json: AsJson = False, twin: Twin = None) -> None:
    """List what waits for an answer, and what the last answers came to.

    Example: toban approval list dev
    """
    with control(environment, twin) as reached:
        view = reached.view()
    shown = [_shown(asked, view) for asked in _asked(view)]
    if as_json:
        typer.echo(json.dumps(shown, ensure_ascii=False))
        return
    for row in shown:
        typer.echo(
            f"{row['id']}  {row['verdict']}, until {row['expires_at']}  {row['summary']}  ({row['digest']})"
        )
    if not shown:
        typer.echo(f"{environment}: nothing waits for an answer")


@app.command()
def yes(
    environment: Environment,
    approval: Name,
    *,
    digest: Digest,
    reason: Reason,
    owner: Owner = None,
    twin: Twin = None,
) -> None:
    """Let the run that waits go on.

    Example: toban approval yes dev drain-1 --digest 0123456789abcdef --reason "seen"
    """
    _answer(environment, approval, approves=True, digest=digest, reason=reason, owner=owner, twin=twin)


@app.command()
def no(
    environment: Environment,
    approval: Name,
    *,
    digest: Digest,
    reason: Reason,
    owner: Owner = None,
    twin: Twin = None,
) -> None:
    """Stop the run that waits: it gives up, as at any gate that is closed.

    Example: toban approval no dev drain-1 --digest 0123456789abcdef --reason "not during the sale"
    """
    _answer(environment, approval, approves=False, digest=digest, reason=reason, owner=owner, twin=twin)


def _answer(
    environment: str,
    approval: str,
    *,
    approves: bool,
    digest: str,
    reason: str,
    owner: str | None,
    twin: str | None,
) -> None:
    with control(environment, twin) as reached:
        given = Answer(owner or getpass.getuser(), approves, reason, reached.view().now)
        tokens = StepFunctionsTokens(stepfunctions=reached.client("stepfunctions"))
        verdict = answer(
            reached.table, tokens, given, target=environment, approval_id=approval, digest=digest
        )
        typer.echo(f"{approval}: {SAID[verdict]}")


def _asked(view: View) -> list[Approval]:
    notes = view.record.notes.items()
    asked = (policy.from_values(note.values) for name, note in notes if name.startswith(policy.NOTE_PREFIX))
    return sorted(asked, key=lambda approval: approval.asked_at)


def _shown(asked: Approval, view: View) -> dict[str, object]:
    values = policy.to_values(asked)
    values.pop("token")
    return {**values, "verdict": policy.verdict(asked, now=view.now).value}
