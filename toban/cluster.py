"""`toban cluster`: a real Kubernetes control plane on this laptop, and the cluster's manifests."""

import os
from pathlib import Path
from typing import Annotated

import typer

from toban.cluster_bed import bed, building, patience, processes, toolchain
from toban.cluster_bed.progress import aloud

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)

_TROUBLE = (
    bed.BedExistsError,
    building.BuildError,
    toolchain.NoToolchainError,
    processes.ProgramDiedError,
    patience.GaveUpWaitingError,
)

Folder = Annotated[Path | None, typer.Option("--folder", help="Where the cluster keeps its state.")]


def state_folder(chosen: Path | None = None) -> Path:
    """Returns the bed's folder: the chosen one, else `toban/cluster` in the user's folder for state."""
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return (chosen or home / "toban" / "cluster").absolute()


@app.command()
def up(
    folder: Folder = None,
    *,
    rollouts: Annotated[bool, typer.Option(help="Run Argo Rollouts' controller too.")] = False,
) -> None:
    """Start a control plane with three nodes; print the kubeconfig."""
    try:
        running = bed.up(state_folder(folder), say=aloud, rollouts=rollouts)
    except _TROUBLE as trouble:
        aloud(str(trouble))
        raise typer.Exit(1) from trouble
    aloud("a Kubernetes control plane runs; `toban cluster down` ends it and removes it")
    typer.echo(f"export KUBECONFIG={running.kubeconfig}")


@app.command()
def down(folder: Folder = None) -> None:
    """End the control plane and remove what it wrote."""
    ended = bed.down(state_folder(folder))
    aloud(f"{ended} programs ended, nothing left behind" if ended else "no cluster was running")


@app.command()
def status(folder: Folder = None) -> None:
    """Say which programs of the control plane run, and where."""
    place = state_folder(folder)
    programs = processes.recall(place)
    if not programs:
        aloud(f"no cluster in {place}: `toban cluster up` starts one")
        raise typer.Exit(1)
    for program in programs:
        typer.echo(f"{program.name:<24} {'runs' if program.alive() else 'has ended'}  pid {program.pid}")
    found = bed.find(place)
    if found is None:
        aloud("it is not whole: `toban cluster down`, then `toban cluster up`")
        raise typer.Exit(1)
    typer.echo(f"server   {found.cluster.server}\nexport KUBECONFIG={found.kubeconfig}")
