"""`toban remedy`: what Toban would do about an alarm, and why, by its own policy.

Exit codes: 0 answered; 2 an argument, a file or a line of the input is wrong; right lines are answered.
"""

import json
from typing import Annotated, Any

import typer

from functions.core.reading.faults import DocumentInvalid, Fault, meant
from functions.remediation.bundled import policy_text, schema_names, schema_text
from functions.remediation.documents import (
    classify_value,
    judge_series,
    read_entry,
    read_facts,
    read_known,
)
from functions.remediation.policy.classification import Known
from functions.remediation.policy.codes import Mode
from functions.remediation.policy.decision import decide
from functions.remediation.policy.ledger import key_of
from functions.remediation.policy.scorecard import AGREEMENTS, scores
from functions.remediation.policy.telling import classified_values, plan_values
from toban.remedies.answering import answer_all, read_all
from toban.remedies.policies import load_or_exit, policy_for

app = typer.Typer(no_args_is_help=True, help=__doc__)
policies = typer.Typer(no_args_is_help=True, help="The policy document: checked, or shown as it ships.")
app.add_typer(policies, name="policy")

PolicyFile = Annotated[
    str | None, typer.Option("--policy", help="Policy document, JSON or YAML; the shipped one when left out.")
]
Environment = Annotated[str, typer.Option(help="Whose shipped policy.")]
Input = Annotated[str, typer.Argument(help="JSON, or JSON lines; - is standard input.")]


@app.command()
def explain(
    facts: Annotated[str, typer.Option("--facts", help="JSON, or JSON lines; - is standard input.")],
    policy: PolicyFile = None,
    environment: Environment = "dev",
    mode: Annotated[Mode | None, typer.Option(help="As if every service had this mode.")] = None,
) -> None:
    """Say what would be done about facts, and why, as one JSON object each.

    `toban remedy schema facts` says what is read, `toban remedy schema plan` what is answered.

    Example: toban remedy explain --facts facts.json --mode auto
    """
    rules = policy_for(policy, environment, mode)

    def answer(value: Any) -> dict[str, Any]:
        found = read_facts(value)
        if found.service not in rules.services:
            text = f'"{found.service}" is no service of the policy; {meant(found.service, rules.services)}'
            raise DocumentInvalid([Fault("$.service", text)])
        return plan_values(decide(policy=rules, **found._asdict()))

    answer_all(facts, answer)


@app.command()
def classify(
    event: Input,
    *,
    known: Annotated[
        str | None, typer.Option(help="JSON of what is known beside it: alarms, taken, at_work.")
    ] = None,
    policy: PolicyFile = None,
    environment: Environment = "dev",
    account: Annotated[str | None, typer.Option(help="Our AWS account; the policy's when left out.")] = None,
    region: Annotated[str | None, typer.Option(help="Our Region; the policy's when left out.")] = None,
) -> None:
    """Say what an alarm event comes to: start, join, look only, tell, page, ignore.

    What is JSON and no alarm event is junk, which is an answer; what is no JSON ends with 2.

    Example: toban remedy classify events/remediation/metric.json
    """
    rules = policy_for(policy, environment)
    beside = Known(account=account, region=region)
    if known is not None:
        found = read_all(known, lambda value: read_known(value, account=account, region=region))
        beside = found[0]
    answer_all(event, lambda value: classified_values(classify_value(value, rules, beside)))


@app.command()
def judge(
    series: Annotated[str, typer.Option("--series", help="JSON, or JSON lines; - is standard input.")],
) -> None:
    """Judge whether a change has cured, did nothing, or did harm.

    Example: toban remedy judge --series series.json
    """
    answer_all(
        series,
        lambda value: {
            "judgement": (judged := judge_series(value)).judgement.value,
            "why": judged.why,
        },
    )


@app.command()
def score(
    entries: Input,
    agreements: Annotated[int, typer.Option(min=1, max=100, help="In a row, for a promotion.")] = AGREEMENTS,
) -> None:
    """Add up a scorecard: what each rung would have done, and whether people did the same.

    Example: toban remedy score scorecard.jsonl
    """
    found = read_all(entries, read_entry)
    for row in scores(found, agreements=agreements):
        typer.echo(json.dumps({**row._asdict(), "proposal": row.proposal.value}))


@app.command()
def schema(
    name: Annotated[str, typer.Argument(help="facts, plan, policy, event, known, classified, series ...")],
) -> None:
    """Print the JSON schema of what a command reads or answers.

    Example: toban remedy schema facts
    """
    if name not in schema_names():
        typer.echo(f"there is no schema {name!r}; {meant(name, schema_names())}", err=True)
        raise typer.Exit(2)
    typer.echo(schema_text(name), nl=False)


@app.command("template-key")
def template_key(template: Input) -> None:
    """Print what names a pod template by its content, whatever restarts wrote into it.

    Example: toban remedy template-key template.json
    """
    answer_all(template, lambda value: {"key": _key(value)})


def _key(value: Any) -> str:
    try:
        if isinstance(value["spec"], dict):
            return key_of(value)
    except (KeyError, TypeError, ValueError, AttributeError):
        pass
    raise DocumentInvalid([Fault("$", 'must be a pod template, an object with "metadata" and "spec"')])


@policies.command()
def check(file: Annotated[str, typer.Argument(help="Policy document, JSON or YAML.")]) -> None:
    """Check a policy by the control plane's own rules.

    Example: toban remedy policy check functions/remediation/policies/dev.json
    """
    policy = load_or_exit(file)
    modes = ", ".join(f"{name} {service.mode.value}" for name, service in policy.services.items()) or "none"
    typer.echo(f"{file}: good: {policy.environment}, services: {modes}, {len(policy.alarms)} alarms")


@policies.command()
def show(environment: Annotated[str, typer.Argument(help="dev or prod.")]) -> None:
    """Print the policy that ships for an environment.

    Example: toban remedy policy show dev
    """
    policy_for(None, environment)
    typer.echo(policy_text(environment), nl=False)
