"""`toban savings ENV`: the ledger's present month and the last one, in money, as in the monthly event."""

import json

import typer

from functions.night_scaling.bundled import bundled_prices
from functions.night_scaling.policy import ledger
from functions.night_scaling.policy.savings import report
from toban.control import AsJson, Environment, Twin, control


def command(environment: Environment, *, as_json: AsJson = False, twin: Twin = None) -> None:
    """Say what was saved this month and in the last one, hour by observed hour, and what never sleeps.

    Example: toban savings dev
    """
    with control(environment, twin) as reached:
        kept = ledger.read_ledger(reached.view().record.note(ledger.NOTE).values)
    months = [
        report(environment, month, prices=bundled_prices()) for month in (kept.last, kept.month) if month
    ]
    if as_json:
        typer.echo(json.dumps(months, ensure_ascii=False))
        return
    for month in months:
        typer.echo(
            f"{month['month']}: saved ${month['saved_usd']:.2f} of ${month['planned_usd']:.2f} planned, "
            f"{month['wakes']} wakes; ${month['never_sleeps_usd']:.2f} a month never sleeps"
        )
        for line in month["lines"]:
            typer.echo(
                f"  {line['team']:<16} {line['what']:<16} "
                f"{line['hours']:>8,.1f} h of {line['planned_hours']:,.1f}  ${line['usd']:.2f}"
            )
        for what in month["without_price"]:
            typer.echo(f"  no price is known for {what}: add it to functions/night_scaling/prices.json")
    typer.echo(months[-1]["caution"] if months else f"{environment} has not slept yet")
