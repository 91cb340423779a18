"""`toban bench`: runs what lies in `bench/` and prints ours, the peer or floor, their ratio and the spread.

Each module of `bench/` has a function `run()` that gives rows as plain dictionaries, and measures both sides
in the same run. A ratio is what counts: the machine's own speed drops out of it.
"""

import importlib.util
import inspect
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

COLUMNS = ("name", "ours", "peer", "ratio", "spread", "unit", "rounds", "peer_name")
"""Keys of a row: names, figures in `unit`, `ratio` (ours over the peer's) and `spread`, its range."""

BENCH = Path(__file__).resolve().parent.parent / "bench"


def command(
    name: Annotated[str | None, typer.Argument(help="Run only this one; all when left out.")] = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, help="Play this many seeds, where a bench plays any.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the rows to FILE as JSON.")] = None,
) -> None:
    """Measure, each figure beside its peer or its floor in the same run."""
    benches = {path.stem: path for path in sorted(BENCH.glob("[a-z]*.py"))}
    if name is not None and name not in benches:
        typer.echo(f"there is no bench {name!r}; there are: {', '.join(benches) or 'none'}", err=True)
        raise typer.Exit(2)
    console = Console()
    rows: list[dict[str, Any]] = []
    for stem in [name] if name else list(benches):
        with console.status(f"measuring {stem}"):
            found = _run(_load(benches[stem]), seeds)
        rows += [{"bench": stem, **row} for row in found]
        console.print(_table(stem, found))
    if json_file:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def _run(bench: Any, seeds: int | None) -> list[dict[str, Any]]:
    takes_seeds = "seeds" in inspect.signature(bench.run).parameters
    rows: list[dict[str, Any]] = bench.run(seeds=seeds) if seeds and takes_seeds else bench.run()
    return rows


def _load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"bench_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise typer.BadParameter(f"{path} cannot be loaded as a module")
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks its module up by name when its annotations are text.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _table(title: str, rows: list[dict[str, Any]]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in COLUMNS:
        table.add_column(column, justify="left" if column in {"name", "unit", "peer_name"} else "right")
    for row in rows:
        table.add_row(*(_cell(row.get(column, "")) for column in COLUMNS))
    return table


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.3g}" if abs(value) < 100 else f"{value:,.0f}"  # noqa: PLR2004 -- three digits
    if isinstance(value, (list, tuple)):
        return " to ".join(_cell(part) for part in value)
    return str(value)
