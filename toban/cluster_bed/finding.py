"""Where the cluster's programs come from, in this order: the user's folder, the cache, a download, a build.

Each program is looked for on its own, because the folder that `KUBEBUILDER_ASSETS` names (setup-envtest's)
holds the API server and etcd, but neither the controllers nor the scheduler.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from toban.cluster_bed import building, downloading
from toban.cluster_bed.programs import Program, cache_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toban.cluster_bed.progress import Say


def ready_at(program: Program, *, cache: Path | None = None) -> Path | None:
    """Returns where `program` can be started from: the user's folder, else the cache; None: nowhere."""
    own = os.environ.get("KUBEBUILDER_ASSETS")
    places = [Path(own) / program.name] if own else []
    places.append(program.place(cache or cache_folder()))
    return next((place for place in places if place.is_file() and os.access(place, os.X_OK)), None)


def missing(programs: Iterable[Program], *, cache: Path | None = None) -> list[Program]:
    """Returns those of `programs` that would have to be downloaded or built."""
    return [program for program in programs if ready_at(program, cache=cache) is None]


def obtain(programs: Iterable[Program], *, say: Say, cache: Path | None = None) -> dict[str, Path]:
    """Makes every program of `programs` startable.

    Args:
        programs: those wanted; the ones at hand cost nothing.
        say: told of each step as it begins.
        cache: None means the user's cache folder.

    Returns:
        The place of each, by the program's name.

    Raises:
        BuildError: a program could be neither found, nor downloaded, nor built; the message says why each way
            failed.
    """
    wanted, cache = list(programs), cache or cache_folder()
    if missing(wanted, cache=cache):
        with _alone(cache, say):
            for program in missing(wanted, cache=cache):
                _download(program, cache, say)
            building.build(missing(wanted, cache=cache), cache=cache, say=say)
    return {program.name: ready_at(program, cache=cache) or program.place(cache) for program in wanted}


@contextmanager
def _alone(cache: Path, say: Say) -> Iterator[None]:
    """Holds the cache, so that two commands do not build the same programs beside each other."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another command is bringing these programs: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _download(program: Program, cache: Path, say: Say) -> None:
    """Tries the official download; a refusal is said and leaves the build as the way on."""
    if program.release is None or os.environ.get("TOBAN_DOWNLOADS") == "off":
        return
    say(
        f"{program.name} {program.version}: asking {program.release.url.split('/')[2]} for the official build"
    )
    try:
        downloading.download(program.release, program.place(cache))
    except downloading.DownloadError as refused:
        say(f"{program.name}: {refused}; it will be built from its source")
