"""Which programs make the cluster, at which version, and where each may come from."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

KUBERNETES = "1.35.4"
"""The minor is that of the stacks' cluster; the patch is the newest that the Go modules serve for it."""

_SOURCES = Path(__file__).parent / "sources"


@dataclass(frozen=True)
class Release:
    """An official download.

    Attributes:
        url: of the program itself, or of a `.tar.gz` that holds it.
        sums: of a text with SHA-256 sums: one line `SUM  FILE` for each file, or the bare sum.
    """

    url: str
    sums: str


@dataclass(frozen=True)
class Program:
    """One program of the cluster.

    Attributes:
        name: its file's name.
        origin: the project that it comes from.
        version: without the leading v.
        package: the Go package that builds it.
        source: the folder under `sources/` with the Go module that it is built in. What stands in one module
            shares what it compiles, most of it Kubernetes' own libraries.
        crds: the Go module whose custom resources are kept beside the program; None where it has none.
        release: None where the project publishes no checksum beside its download.
    """

    name: str
    origin: str
    version: str
    package: str
    source: str = "bed"
    crds: str | None = None
    release: Release | None = None

    @property
    def module(self) -> Path:
        """The folder of our Go module, whose go.sum fixes every byte that is compiled."""
        return _SOURCES / self.source

    def place(self, cache: Path) -> Path:
        """Where the program stands in `cache`, whether it is there yet or not."""
        return cache / f"{self.origin}-{self.version}" / self.name


def _machine() -> tuple[str, str]:
    """Names this machine as Go does: ("linux", "amd64")."""
    arch = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
    return platform.system().lower(), arch.get(platform.machine().lower(), platform.machine().lower())


def _kubernetes(name: str) -> Program:
    system, arch = _machine()
    url = f"https://dl.k8s.io/release/v{KUBERNETES}/bin/{system}/{arch}/{name}"
    return Program(
        name, "kubernetes", KUBERNETES, f"k8s.io/kubernetes/cmd/{name}", release=Release(url, f"{url}.sha256")
    )


def _etcd(version: str) -> Program:
    system, arch = _machine()
    folder = f"https://github.com/etcd-io/etcd/releases/download/v{version}"
    release = Release(f"{folder}/etcd-v{version}-{system}-{arch}.tar.gz", f"{folder}/SHA256SUMS")
    return Program("etcd", "etcd", version, "go.etcd.io/etcd/server/v3", release=release)


CONTROL_PLANE = (
    _etcd("3.6.5"),
    _kubernetes("kube-apiserver"),
    _kubernetes("kube-controller-manager"),
    _kubernetes("kube-scheduler"),
    Program("kwok", "kwok", "0.8.0", "sigs.k8s.io/kwok/cmd/kwok"),
)
"""What every bed runs: store, API, controllers, scheduler, and kwok, which plays the nodes."""

ROLLOUTS = Program(
    "rollouts-controller",
    "rollouts",
    "1.10.2",
    "github.com/argoproj/argo-rollouts/cmd/rollouts-controller",
    crds="github.com/argoproj/argo-rollouts",
)
"""Argo Rollouts' controller, for the canary."""

KUSTOMIZE = Program(
    "kustomize", "kustomize", "5.8.1", "sigs.k8s.io/kustomize/kustomize/v5", source="kustomize"
)
"""Renders the manifests; half a minute to build, and no part of the bed."""


def cache_folder() -> Path:
    """Returns where the programs are kept between runs.

    `TOBAN_CACHE` names it outright; otherwise it is `toban/cluster` in the user's cache folder, so that a
    fresh checkout of the repository finds what another one built.
    """
    if named := os.environ.get("TOBAN_CACHE"):
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "toban" / "cluster"
