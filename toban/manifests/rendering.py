"""Renders a kustomization with kustomize itself, and gives each run of a Job its own name."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import yaml

from toban.cluster_bed import finding
from toban.cluster_bed.programs import KUSTOMIZE
from toban.cluster_bed.progress import Say, print_line

Object = dict[str, Any]

ROOT = Path(__file__).parents[2] / "cluster_manifests"
_HASH_LENGTH = 8


class RenderError(Exception):
    """kustomize refused; the message has its own words."""


def overlays() -> list[str]:
    """Returns the names of the environments, each a folder under `overlays`."""
    return sorted(file.parent.name for file in (ROOT / "overlays").glob("*/kustomization.yaml"))


def render(folder: Path, *, say: Say = print_line) -> list[Object]:
    """Returns the objects of a kustomization, in kustomize's own order.

    Args:
        folder: holds a `kustomization.yaml`.
        say: told when kustomize itself has to be fetched or built first.

    Raises:
        RenderError: the kustomization names a file that is not there, or does not compose.
        BuildError: kustomize can be had in no way.
    """
    program = finding.obtain([KUSTOMIZE], say=say)[KUSTOMIZE.name]
    answer = subprocess.run(  # noqa: S603 - our own program
        [program, "build", folder], capture_output=True, text=True, check=False
    )
    if answer.returncode:
        raise RenderError(f"{folder} does not render: {answer.stderr.strip()}")
    return [named(thing) for thing in yaml.safe_load_all(answer.stdout) if thing]


def named(thing: Object) -> Object:
    """Adds a hash of the template to a Job's name: it cannot change, and unchanged it needs no new run."""
    if thing["kind"] != "Job":
        return thing
    template = json.dumps(thing["spec"]["template"], sort_keys=True).encode()
    name = f"{thing['metadata']['name']}-{hashlib.sha256(template).hexdigest()[:_HASH_LENGTH]}"
    return {**thing, "metadata": {**thing["metadata"], "name": name}}


def name_of(thing: Object) -> str:
    """Returns what a person knows an object by, such as `Deployment app-production/api-service`."""
    meta = thing["metadata"]
    return f"{thing['kind']} {meta.get('namespace', '')}/{meta['name']}".replace(" /", " ")
