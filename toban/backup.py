"""`toban backup`: which backups would go and why, by the control plane's own rules; it deletes nothing.

Exit codes: 0 answered; 1 answered, and the plan aborts: nothing would be deleted; of `list`, AWS does not
answer; 2 an input is wrong.
"""

from pathlib import Path
from typing import Annotated, Final

import typer

from functions.backup.policy.answer_shape import PLAN, to_values
from functions.backup.policy.inventory_shape import INVENTORY, read_inventory
from functions.backup.policy.plan import plan_retention
from functions.backup.policy.retention_policy import POLICY, read_policy
from functions.core.reading.records import published
from toban.inputs import instant_or_exit, print_json, read_or_exit

app = typer.Typer(no_args_is_help=True, help=__doc__)

SCHEMAS: Final = {"inventory": INVENTORY, "policy": POLICY, "plan": PLAN}


@app.command()
def explain(
    inventory: Annotated[Path, typer.Option(help="What was found, JSON or YAML; - for standard input.")],
    now: Annotated[str, typer.Option(help="The instant, ISO 8601 with its offset.")],
    policy: Annotated[
        Path | None, typer.Option(help="Numbers that differ from the defaults, JSON or YAML.")
    ] = None,
) -> None:
    """Say of each snapshot whether it is kept, deleted or proposed, and why; or why the plan aborts.

    Example: toban backup explain --inventory inventory.json --now 2027-03-01T03:00:00+09:00
    """
    at = instant_or_exit("--now", now)
    numbers = read_or_exit(policy, read_policy) if policy else read_policy(b"{}")
    plan = plan_retention(read_or_exit(inventory, read_inventory), numbers, now=at)
    print_json(to_values(plan))
    if plan.barriers:
        raise typer.Exit(1)


@app.command("list")
def list_backups(
    environment: Annotated[str, typer.Argument(metavar="ENV", help="Environment whose snapshots these are.")],
    region: Annotated[str, typer.Option(help="Where it runs.")],
    recovery_region: Annotated[str | None, typer.Option(help="Where copies go.")] = None,
    before: Annotated[
        Path | None, typer.Option(help="Yesterday's inventory, so that an empty listing is noticed.")
    ] = None,
) -> None:
    """Print an inventory of the account's RDS snapshots, for `explain`; it changes nothing.

    Example: toban backup list prod --region ap-northeast-1 --recovery-region ap-northeast-3
    """
    from toban.backup_inventory import gathered  # noqa: PLC0415 - `explain` does not wait for boto3

    earlier = read_or_exit(before, read_inventory) if before else None
    print_json(gathered(environment, region=region, recovery_region=recovery_region, before=earlier))


@app.command()
def schema(
    name: Annotated[str, typer.Argument(help="inventory, policy or plan.")],
) -> None:
    """Print the JSON Schema of what is read or answered.

    Example: toban backup schema inventory
    """
    if name not in SCHEMAS:
        typer.echo(f"{name!r} is no schema; there are {', '.join(SCHEMAS)}", err=True)
        raise typer.Exit(2)
    print_json(published(SCHEMAS[name], f"toban backup {name}"))
