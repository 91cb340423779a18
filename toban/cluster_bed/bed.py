"""The bed itself: started in the order that its parts need each other, ended in reverse, then removed."""

from __future__ import annotations

import shutil
import socket
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import urllib3
import yaml

from toban.cluster_bed import commands, credentials, finding, nodes, processes, waiting
from toban.cluster_bed.client import Cluster, ClusterRefusalError
from toban.cluster_bed.programs import CONTROL_PLANE, ROLLOUTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from toban.cluster_bed.processes import Running
    from toban.cluster_bed.progress import Say

_QUICK: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_READY_WITHIN_S = 60
"""Three seconds on an idle machine; the rest is for a laptop that is building something beside it."""


class BedExistsError(Exception):
    """A bed already lives in the folder."""


@dataclass(frozen=True)
class Bed:
    """A control plane that runs.

    Attributes:
        folder: its state, logs and keys; nothing of it is anywhere else.
        programs: in the order in which they were started.
        cluster: the administrator's connection.
    """

    folder: Path
    programs: tuple[Running, ...]
    cluster: Cluster

    @property
    def kubeconfig(self) -> Path:
        """The administrator's."""
        return self.folder / "admin.kubeconfig"

    def alive(self) -> bool:
        """Tells whether every program still runs."""
        return all(program.alive() for program in self.programs)


def up(folder: Path, *, say: Say, rollouts: bool = False, cache: Path | None = None) -> Bed:
    """Starts a control plane with three nodes, and returns when its nodes are Ready.

    Args:
        folder: for its state; made if it is not there.
        say: told of each step.
        rollouts: True runs Argo Rollouts' controller too.
        cache: where the programs are; None means the user's cache folder.

    Raises:
        BedExistsError: one runs in `folder` already.
        BuildError: a program can be had in no way.
        ProgramDiedError: a program ended by itself.
        GaveUpWaitingError: a program runs but does not become ready.
    """
    if any(program.alive() for program in processes.recall(folder)):
        raise BedExistsError(f"a cluster runs in {folder} already: `toban cluster down` ends it")
    places = finding.obtain([*CONTROL_PLANE, *([ROLLOUTS] if rollouts else [])], say=say, cache=cache)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "pki").mkdir(parents=True, mode=0o700)
    programs: list[Running] = []
    try:
        return _start(folder, places, programs, say)
    except BaseException:
        # Half a cluster helps nobody; its logs stay for whoever asks why.
        _end(programs)
        raise


def down(folder: Path) -> int:
    """Ends the bed of `folder` and removes the folder; returns how many programs it ended."""
    living = [program for program in processes.recall(folder) if program.alive()]
    _end(living)
    if (folder / "pki").is_dir():
        shutil.rmtree(folder)
    return len(living)


def find(folder: Path) -> Bed | None:
    """Returns the bed that runs in `folder`; None if none does."""
    programs = processes.recall(folder)
    if not programs or not all(program.alive() for program in programs):
        return None
    return Bed(folder, tuple(programs), connect(folder / "admin.kubeconfig"))


def connect(kubeconfig: Path, *, context: str | None = None) -> Cluster:
    """Returns the connection that a kubeconfig with a token and a certificate's file describes.

    Args:
        kubeconfig: its path.
        context: None means its current one.
    """
    found = yaml.safe_load(kubeconfig.read_text())
    named = {
        kind: {entry["name"]: entry for entry in found[kind]} for kind in ("contexts", "clusters", "users")
    }
    chosen = named["contexts"][context or found["current-context"]]["context"]
    cluster = named["clusters"][chosen["cluster"]]["cluster"]
    token = named["users"][chosen["user"]]["user"]["token"]
    return Cluster(cluster["server"], Path(cluster["certificate-authority"]), token)


def _start(folder: Path, places: dict[str, Path], programs: list[Running], say: Say) -> Bed:
    ports = commands.Ports(*_free_ports(commands.HOW_MANY_PORTS))
    server = f"https://127.0.0.1:{ports.api}"
    tokens = credentials.write_keys(folder)
    for user, token in tokens.items():
        credentials.write_kubeconfig(folder, user=user, server=server, token=token)
    cluster = Cluster(server, folder / "pki" / "apiserver.crt", tokens["admin"])

    def run(name: str, words: list[str]) -> None:
        programs.append(processes.start(name, [str(places[name]), *words], folder))
        processes.remember(programs, folder)

    def awaited(ask: Callable[[], bool], what: str) -> None:
        def checked() -> bool:
            processes.refuse_dead(programs, folder)
            return ask()

        waiting.until(checked, what=what, within_s=_READY_WITHIN_S)

    say("starting etcd and the API server")
    run("etcd", commands.etcd(folder, ports))
    run("kube-apiserver", commands.api_server(folder, ports))
    awaited(lambda: _answers(cluster), "the API server")
    say("starting the controllers, the scheduler and three nodes")
    for name, words in commands.controllers(folder, ports).items():
        if name in places:
            _teach_kinds(cluster, places[name])
            run(name, words)
    nodes.join(cluster)
    awaited(lambda: nodes.ready(cluster), "the nodes to be Ready")
    awaited(
        lambda: _exists(cluster, "/api/v1/namespaces/default/serviceaccounts/default"),
        "the first service account",
    )
    return Bed(folder, tuple(programs), cluster)


def _teach_kinds(cluster: Cluster, program: Path) -> None:
    """Defines the custom kinds that came with a controller, which ends without them; waits for the API."""
    crds = program.with_name("crds.yaml")
    if not crds.is_file():
        return
    for crd in yaml.load_all(crds.read_text(), Loader=_QUICK):
        cluster.apply(crd, manager="toban-bed")
        spec = crd["spec"]
        path = f"/apis/{spec['group']}/{spec['versions'][0]['name']}/{spec['names']['plural']}"
        waiting.until(partial(_exists, cluster, path), what=spec["names"]["kind"], within_s=_READY_WITHIN_S)


def _end(programs: list[Running]) -> None:
    for program in reversed(programs):
        program.end()


def _answers(cluster: Cluster) -> bool:
    if not cluster.authority.exists():
        return False
    try:
        return cluster.call("GET", "/readyz").body == {"message": "ok"}
    except (ClusterRefusalError, urllib3.exceptions.HTTPError):
        return False


def _exists(cluster: Cluster, path: str) -> bool:
    try:
        return bool(cluster.get(path))
    except ClusterRefusalError:
        return False


def _free_ports(count: int) -> list[int]:
    """Returns ports that nobody has; all are held until the last is known, so that no two are the same."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [listener.getsockname()[1] for listener in held]
    finally:
        for listener in held:
            listener.close()
