"""The official builds: taken whole and with the publisher's sum, or not at all, and then built instead."""

import hashlib
import io
import os
import tarfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from toban.cluster_bed import building, downloading, finding
from toban.cluster_bed.programs import Program, Release

CONTENT = b"#!/bin/sh\necho it runs\n" * 1000
SUM = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Publisher:
    """A server on loopback: what it has by path, and paths whose answer breaks off halfway."""

    files: dict[str, bytes] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def release(self, file: str = "prog", sums: str = "prog.sha256") -> Release:
        return Release(f"{self.url}/{file}", f"{self.url}/{sums}")


@contextmanager
def serving(publisher: Publisher) -> Iterator[Publisher]:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            publisher.asked.append(self.path)
            body = publisher.files.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            broken = self.path in publisher.broken
            self.wfile.write((body or b"")[: len(body or b"") // 2 if broken else None])
            self.close_connection = broken

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    publisher.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield publisher
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serving(Publisher({"/prog": CONTENT, "/prog.sha256": SUM.encode()})) as found:
        yield found


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "project-1.0.0" / "prog"


def left(place: Path) -> list[str]:
    return sorted(each.name for each in place.parent.iterdir()) if place.parent.exists() else []


def test_a_program_with_its_publishers_sum_is_put_in_place_and_may_be_run(
    publisher: Publisher, place: Path
) -> None:
    downloading.download(publisher.release(), place)

    assert place.read_bytes() == CONTENT
    assert os.access(place, os.X_OK)
    assert left(place) == ["prog"]


def test_another_sum_than_the_publishers_leaves_nothing(publisher: Publisher, place: Path) -> None:
    publisher.files["/prog"] = CONTENT + b"and a little more"

    with pytest.raises(downloading.DownloadError, match=r"has SHA-256 .* its publisher says"):
        downloading.download(publisher.release(), place)

    assert left(place) == []


def test_a_download_that_breaks_off_leaves_nothing_half(publisher: Publisher, place: Path) -> None:
    publisher.broken.add("/prog")

    with pytest.raises(downloading.DownloadError, match="broke off"):
        downloading.download(publisher.release(), place)

    assert left(place) == []


def test_without_a_sum_nothing_is_fetched(publisher: Publisher, place: Path) -> None:
    publisher.files["/sums"] = f"{SUM}  another\n".encode()

    with pytest.raises(downloading.DownloadError, match="does not name prog"):
        downloading.download(publisher.release(sums="sums"), place)

    assert publisher.asked == ["/sums"]
    assert left(place) == []


def test_a_program_inside_an_archive_is_taken_out_of_it(publisher: Publisher, place: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in (("prog-v1/README.md", b"read me"), ("prog-v1/prog", CONTENT)):
            inside = tarfile.TarInfo(name)
            inside.size = len(content)
            archive.addfile(inside, io.BytesIO(content))
    body = packed.getvalue()
    publisher.files |= {
        "/prog.tar.gz": body,
        "/sums": f"{'0' * 64}  else\n{hashlib.sha256(body).hexdigest()}  prog.tar.gz\n".encode(),
    }
    downloading.download(publisher.release("prog.tar.gz", "sums"), place)

    assert place.read_bytes() == CONTENT
    assert os.access(place, os.X_OK)


def test_an_archive_without_the_program_is_refused(publisher: Publisher, place: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz"):
        pass
    publisher.files |= {
        "/prog.tar.gz": packed.getvalue(),
        "/sums": f"{hashlib.sha256(packed.getvalue()).hexdigest()}  prog.tar.gz".encode(),
    }

    with pytest.raises(downloading.DownloadError, match="holds no prog"):
        downloading.download(publisher.release("prog.tar.gz", "sums"), place)


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stands where the Go toolchain would be, and notes what it was asked to build."""
    names: list[str] = []

    def build(programs: Iterable[Program], *, cache: Path, say: object) -> None:
        for program in programs:
            names.append(program.name)
            program.place(cache).parent.mkdir(parents=True, exist_ok=True)
            program.place(cache).write_text("built")
            program.place(cache).chmod(0o755)

    monkeypatch.setattr(building, "build", build)
    monkeypatch.delenv("KUBEBUILDER_ASSETS", raising=False)
    monkeypatch.delenv("TOBAN_DOWNLOADS", raising=False)
    return names


def program(release: Release | None) -> Program:
    return Program("prog", "project", "1.0.0", "example.com/prog", release=release)


def test_what_can_be_downloaded_is_not_built(
    publisher: Publisher, built: list[str], tmp_path: Path, place: Path
) -> None:
    said: list[str] = []
    found = finding.obtain([program(publisher.release())], say=said.append, cache=tmp_path)

    assert found == {"prog": place}
    assert built == []
    assert len(said) == 1
    assert "asking 127.0.0.1" in said[0]


@pytest.mark.parametrize("trouble", ["404", "wrong sum", "broken off", "nobody there"])
def test_a_download_that_cannot_be_had_is_said_and_built_instead(
    trouble: str, publisher: Publisher, built: list[str], tmp_path: Path, place: Path
) -> None:
    release = publisher.release()
    if trouble == "404":
        del publisher.files["/prog"]
    elif trouble == "wrong sum":
        publisher.files["/prog.sha256"] = b"0" * 64
    elif trouble == "broken off":
        publisher.broken.add("/prog")
    else:
        release = Release("http://127.0.0.1:1/prog", "http://127.0.0.1:1/prog.sha256")
    said: list[str] = []
    finding.obtain([program(release)], say=said.append, cache=tmp_path)

    assert built == ["prog"]
    assert place.read_text() == "built"
    assert said[-1].endswith("it will be built from its source")


def test_downloads_that_are_switched_off_are_not_tried(
    publisher: Publisher, built: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOBAN_DOWNLOADS", "off")
    finding.obtain([program(publisher.release())], say=lambda _: None, cache=tmp_path)

    assert publisher.asked == []
    assert built == ["prog"]


def test_the_folder_that_a_person_names_comes_first_and_the_cache_second(
    built: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, cache = tmp_path / "own", tmp_path / "cache"
    for place in (own / "prog", program(None).place(cache)):
        place.parent.mkdir(parents=True)
        place.write_text("there")
        place.chmod(0o755)
    assert finding.obtain([program(None)], say=print, cache=cache)["prog"] == program(None).place(cache)
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(own))

    assert finding.obtain([program(None)], say=print, cache=cache)["prog"] == own / "prog"
    assert built == []
