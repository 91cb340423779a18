"""`toban cluster`: a real Kubernetes control plane on this laptop, and the cluster's manifests."""

import os
from pathlib import Path
from typing import Annotated

import typer

from toban.cluster_bed import bed, building, processes, toolchain, waiting
from toban.cluster_bed.client import Cluster, ClusterRefusalError
from toban.cluster_bed.progress import print_line
from toban.manifests import applying, connecting, rendering, rollout, stub_crds
from toban.manifests.pruning import ApplySet

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)

_TROUBLE = (
    bed.BedExistsError,
    building.BuildError,
    toolchain.NoToolchainError,
    processes.ProgramDiedError,
    waiting.GaveUpWaitingError,
    rendering.RenderError,
    applying.NotReadyError,
    rollout.FailedError,
    connecting.UnreachableError,
    ClusterRefusalError,
)

Kubeconfig = Annotated[
    Path | None, typer.Option("--kubeconfig", help="Of another cluster than the one that `up` started.")
]
Context = Annotated[
    str | None, typer.Option("--context", help="Of that kubeconfig; its current one if not given.")
]
Overlay = Annotated[
    str, typer.Argument(help="dev, prod, or another folder under cluster_manifests/overlays.")
]
Prune = Annotated[
    bool, typer.Option(help="Delete what an earlier apply brought and the manifests no longer hold.")
]
Guarded = Annotated[
    bool,
    typer.Option("--prune-guarded", help="Delete namespaces, volume claims and kinds too, and their data."),
]
Folder = Annotated[Path | None, typer.Option("--folder", help="Where the cluster keeps its state.")]


def state_folder(chosen: Path | None = None) -> Path:
    """Returns the bed's folder: the chosen one, else `toban/cluster` in the user's folder for state."""
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return (chosen or home / "toban" / "cluster").absolute()


@app.command()
def up(
    overlay: Annotated[
        str | None, typer.Argument(help="Apply this environment as well; prod-canary brings Argo Rollouts.")
    ] = None,
    folder: Folder = None,
    *,
    rollouts: Annotated[bool, typer.Option(help="Run Argo Rollouts' controller too.")] = False,
) -> None:
    """Start a control plane with three nodes, and an environment on it if named; print the kubeconfig."""
    try:
        # Rendered first: a name that is none should not leave a control plane behind.
        canary = any(thing["kind"] == "Rollout" for thing in _rendered(overlay)) if overlay else False
        running = bed.up(state_folder(folder), say=print_line, rollouts=rollouts or canary)
        if overlay:
            cluster, objects = _prepared(overlay, folder, None, None)
            applying.apply(cluster, objects, say=print_line, members=ApplySet())
    except _TROUBLE as trouble:
        print_line(str(trouble))
        raise typer.Exit(1) from trouble
    print_line("a Kubernetes control plane runs; `toban cluster down` ends it and removes it")
    typer.echo(f"export KUBECONFIG={running.kubeconfig}")


@app.command()
def down(folder: Folder = None) -> None:
    """End the control plane and remove what it wrote."""
    ended = bed.down(state_folder(folder))
    print_line(f"{ended} programs ended, nothing left behind" if ended else "no cluster was running")


@app.command()
def status(folder: Folder = None) -> None:
    """Say which programs of the control plane run, and where."""
    place = state_folder(folder)
    programs = processes.recall(place)
    if not programs:
        print_line(f"no cluster in {place}: `toban cluster up` starts one")
        raise typer.Exit(1)
    for program in programs:
        typer.echo(f"{program.name:<24} {'runs' if program.alive() else 'has ended'}  pid {program.pid}")
    found = bed.find(place)
    if found is None:
        print_line("it is not whole: `toban cluster down`, then `toban cluster up`")
        raise typer.Exit(1)
    typer.echo(f"server   {found.cluster.server}\nexport KUBECONFIG={found.kubeconfig}")


@app.command()
def diff(
    overlay: Overlay,
    folder: Folder = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    *,
    prune: Prune = True,
    prune_guarded: Guarded = False,
) -> None:
    """Say what `apply` would change, and change nothing."""
    try:
        cluster, objects = _prepared(overlay, folder, kubeconfig, context)
        members = ApplySet(guarded=prune_guarded) if prune else None
        changes = [str(change) for change in applying.differences(cluster, objects, members=members)]
    except _TROUBLE as trouble:
        print_line(str(trouble))
        raise typer.Exit(1) from trouble
    typer.echo("\n".join(changes) or f"{overlay}: nothing differs")


@app.command()
def apply(
    overlay: Overlay,
    folder: Folder = None,
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; the bed is never asked about.")] = False,
    prune: Prune = True,
    prune_guarded: Guarded = False,
) -> None:
    """Apply an environment in order, wait until it runs, delete what it no longer holds; shows all first."""
    try:
        cluster, objects = _prepared(overlay, folder, kubeconfig, context)
        members = ApplySet(guarded=prune_guarded) if prune else None
        changes = [str(change) for change in applying.differences(cluster, objects, members=members)]
        print_line("\n".join(changes) or "nothing differs; applying makes sure that it runs")
        if kubeconfig and not yes:
            typer.confirm(f"apply {len(changes)} changes to {cluster.server}?", abort=True, err=True)
        applied = applying.apply(cluster, objects, say=print_line, members=members)
    except _TROUBLE as trouble:
        print_line(str(trouble))
        raise typer.Exit(1) from trouble
    print_line(
        f"{applied.objects} objects applied with {len(applied.warnings)} warnings, "
        f"{applied.deleted} deleted; all that runs is rolled out"
    )


def _prepared(
    overlay: str, folder: Path | None, kubeconfig: Path | None, context: str | None
) -> tuple[Cluster, list[rendering.Object]]:
    """Renders the overlay and finds the cluster; the bed is given the kinds whose controllers it lacks."""
    objects = _rendered(overlay)
    if kubeconfig:
        if images := applying.unreleased(objects):
            raise applying.NotReadyError(
                "\n".join(
                    f"{image} was never released: the release job writes its digest" for image in images
                )
            )
        cluster = connecting.connect(kubeconfig, context=context)
    else:
        running = bed.find(state_folder(folder))
        if running is None:
            raise applying.NotReadyError(
                "no cluster runs: `toban cluster up` starts one, or name a --kubeconfig"
            )
        cluster = running.cluster
        stub_crds.install(cluster, say=print_line)
    applying.refuse_missing_kinds(cluster, objects)
    return cluster, objects


def _rendered(overlay: str) -> list[rendering.Object]:
    if overlay not in rendering.overlays():
        raise applying.NotReadyError(f"no overlay {overlay}: there are {', '.join(rendering.overlays())}")
    return rendering.render(rendering.ROOT / "overlays" / overlay)
