"""The official builds: fetched over HTTPS, taken with the published SHA-256 only, put in place at once."""

from __future__ import annotations

import hashlib
import os
import re
import tarfile
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

import urllib3

if TYPE_CHECKING:
    from toban.cluster_bed.programs import Release

_CHUNK = 1 << 20
_TIMEOUT = urllib3.Timeout(connect=5, read=60)
"""A machine without the internet must learn it soon; a slow line is no reason to give up."""


class DownloadError(Exception):
    """The download is not to be had, or is not what its publisher says it is."""


def download(release: Release, place: Path) -> None:
    """Fetches `release` to `place` and makes it executable.

    Args:
        release: its sums are read first: without them nothing is fetched.
        place: where the program will stand; appears complete or not at all.

    Raises:
        DownloadError: no answer, another status than 200, no sum for the file, or another sum.
    """
    file = release.url.rsplit("/", 1)[1]
    with urllib3.PoolManager(timeout=_TIMEOUT, retries=urllib3.Retry(1, redirect=5)) as pool:
        wanted = _sum_for(file, _fetch(pool, release.sums).data.decode())
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as folder:
            got = Path(folder) / file
            _save(_fetch(pool, release.url), got, wanted)
            _put(got, place)


def _fetch(pool: urllib3.PoolManager, url: str) -> urllib3.BaseHTTPResponse:
    try:
        answer = pool.request("GET", url, preload_content=False)
    except urllib3.exceptions.HTTPError as error:
        raise DownloadError(f"no answer from {url.split('/')[2]} ({type(error).__name__})") from error
    if answer.status != 200:  # noqa: PLR2004 - HTTP's own number
        raise DownloadError(f"{url} answered {answer.status}")
    return answer


def _sum_for(file: str, text: str) -> str:
    """Finds the file's sum in a list of sums, or takes the text itself if it is one bare sum."""
    if re.fullmatch(r"[0-9a-f]{64}", text.strip()):
        return text.strip()
    found = re.search(rf"^([0-9a-f]{{64}}) [ *]{re.escape(file)}$", text, re.MULTILINE)
    if not found:
        raise DownloadError(f"its publisher's list of sums does not name {file}")
    return found.group(1)


def _save(answer: urllib3.BaseHTTPResponse, got: Path, wanted: str) -> None:
    digest = hashlib.sha256()
    try:
        with got.open("wb") as out:
            for chunk in answer.stream(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
    except urllib3.exceptions.HTTPError as error:
        raise DownloadError(f"the download of {got.name} broke off ({type(error).__name__})") from error
    if digest.hexdigest() != wanted:
        raise DownloadError(f"{got.name} has SHA-256 {digest.hexdigest()}, its publisher says {wanted}")


def _put(got: Path, place: Path) -> None:
    """Moves the program into place: the file itself, or the file of the program's name inside the archive."""
    if got.name.endswith(".tar.gz"):
        with tarfile.open(got) as archive:
            inside = next(
                (member for member in archive if Path(member.name).name == place.name and member.isfile()),
                None,
            )
            stream = archive.extractfile(inside) if inside else None
            if stream is None:
                raise DownloadError(f"{got.name} holds no {place.name}")
            got = _unpacked(stream, got.with_name(place.name))
    got.chmod(0o755)
    os.replace(got, place)  # noqa: PTH105 - the one call that replaces in one step on every system


def _unpacked(stream: IO[bytes], to: Path) -> Path:
    with to.open("wb") as out:
        while chunk := stream.read(_CHUNK):
            out.write(chunk)
    return to
