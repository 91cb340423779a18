"""`toban dashboards`: Grafana's boards as files, and as pictures of the twin's week."""

from pathlib import Path
from typing import Annotated

import typer

from toban.cluster_bed.progress import print_line

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)

TEMPLATE = Path("template.yaml")
PICTURES = Path("docs/images/dashboards")


@app.command()
def build() -> None:
    """Write the boards' JSON, which the manifests ship, from toban/dashboards/boards.py."""
    from toban.dashboards.build import write  # noqa: PLC0415 -- Grafana's types are loaded when they are needed

    for file in write():
        typer.echo(file)


@app.command()
def draw(
    output: Annotated[Path, typer.Option(help="Where the pictures go, one SVG a board.")] = PICTURES,
    days: Annotated[int, typer.Option(min=1, max=7, help="How many days; fewer for a quick look.")] = 7,
    template: Annotated[
        Path, typer.Option(help="The control plane's template; samconfig.toml lies beside it.")
    ] = TEMPLATE,
) -> None:
    """Play the twin's week into a real Prometheus and draw each board from what it answers.

    Takes about a minute. Exits with 1, and names what is wrong, when a board cannot be drawn.

    Example: toban dashboards draw --output build/dashboards --days 2
    """
    if not template.is_file():
        print_line(f"{template} is no file: name a template with --template")
        raise typer.Exit(2)
    from toban.cluster_bed.processes import ProgramDiedError  # noqa: PLC0415
    from toban.cluster_bed.waiting import GaveUpWaitingError  # noqa: PLC0415 -- as above
    from toban.dashboards.debian import UnavailableError  # noqa: PLC0415
    from toban.dashboards.drawing import NotDrawnError  # noqa: PLC0415
    from toban.dashboards.history import BackfillError  # noqa: PLC0415
    from toban.dashboards.pictures import draw_week  # noqa: PLC0415
    from toban.dashboards.server import QueryRefusedError  # noqa: PLC0415
    from twin.cloudformation import TemplateError  # noqa: PLC0415

    try:
        for file in draw_week(output, template=template, days=days, say=print_line):
            typer.echo(file)
    except (
        BackfillError,
        GaveUpWaitingError,
        NotDrawnError,
        UnavailableError,
        ProgramDiedError,
        QueryRefusedError,
        TemplateError,
    ) as error:
        print_line(str(error))
        raise typer.Exit(1) from error
