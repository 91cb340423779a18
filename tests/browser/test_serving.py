"""The very nginx.conf that ships, on Debian's nginx: every header on every path, ready only while whole."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import httpx
import pytest

from api.servers.process import ServerProcess
from tests.browser import debian
from tests.browser.page_build import FRONTEND, Nginx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser.site import Site

PROMISED = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; require-trusted-types-for 'script'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
}
PATHS = (
    "/",
    "/sessions",
    "/index.html",
    "/early.js",
    "/icon.svg",
    "/health",
    "/ready",
    "/nowhere",
    "/assets/gone.js",
    "/../etc/passwd",
    "/entry.conf",
)


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.page.url) as opened:
        yield opened


def entry(site: Site) -> str:
    """The path of the script that the page names."""
    [named] = re.findall(r'src="(/assets/[^"]+\.js)"', (site.prefix / "page" / "index.html").read_text())
    return str(named)


def test_every_path_carries_every_header_whatever_it_answers(site: Site, client: httpx.Client) -> None:
    for path in (*PATHS, entry(site)):
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            answer = client.request(method, path)
            assert {name: answer.headers.get(name) for name in PROMISED} == PROMISED, (
                method,
                path,
                answer.status_code,
            )
            assert "camera=()" in answer.headers["permissions-policy"]
            assert "nginx/" not in answer.headers["server"]


def test_what_has_a_hash_in_its_name_is_kept_for_ever_and_nothing_else_is(
    site: Site, client: httpx.Client
) -> None:
    assert client.get(entry(site)).headers["cache-control"] == "public, max-age=31536000, immutable"
    for path in PATHS:
        assert client.get(path).headers["cache-control"] == "no-cache", path
    etag = client.get("/").headers["etag"]
    assert client.get("/", headers={"if-none-match": etag}).status_code == 304


def test_an_unknown_address_is_a_404_that_leads_back(client: httpx.Client) -> None:
    for path in (
        "/nowhere",
        "/assets/gone.js",
        "/sessions/more",
        "/entry.conf",
        "/nginx.conf",
        "/.env",
        "/page/index.html",
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert 'href="/"' in answer.text


def test_files_go_out_as_the_build_compressed_them(site: Site, client: httpx.Client) -> None:
    for path in ("/", entry(site)):
        file = site.prefix / "page" / (path.lstrip("/") or "index.html")
        for coding, suffix in (("br", ".br"), ("gzip", ".gz")):
            with client.stream("GET", path, headers={"accept-encoding": coding}) as answer:
                assert answer.headers["content-encoding"] == coding
                assert "accept-encoding" in answer.headers["vary"].lower()
                assert b"".join(answer.iter_raw()) == file.with_name(file.name + suffix).read_bytes()
        plain = client.get(path, headers={"accept-encoding": "identity"})
        assert (
            plain.content
            == file.read_bytes()
            == gzip.decompress(file.with_name(file.name + ".gz").read_bytes())
        )


def test_ready_means_that_the_page_and_its_script_are_there(site: Site, client: httpx.Client) -> None:
    assert client.get("/ready").status_code == 200
    for path in ("index.html", entry(site).lstrip("/")):
        file = site.prefix / "page" / path
        away = file.rename(file.with_name("away"))
        try:
            assert client.get("/ready").status_code == 503, path
            assert client.get("/health").status_code == 200
        finally:
            away.rename(file)
    assert client.get("/ready").status_code == 200


def test_a_page_of_the_release_before_still_finds_its_files(site: Site, client: httpx.Client) -> None:
    old = site.prefix / "previous" / "assets" / "index-OLDHASH1.js"
    old.write_text("'the release before'")

    answer = client.get("/assets/index-OLDHASH1.js")

    assert (answer.status_code, answer.text) == (200, "'the release before'")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_nothing_is_written_outside_of_tmp() -> None:
    text = re.sub(r"#.*", "", (FRONTEND / "nginx.conf").read_text())

    written = re.findall(r"(?:pid|access_log|error_log|\w+_temp_path) ([^ ;]+)", text)
    elsewhere = {path for path in written if not path.startswith("/tmp/")}  # noqa: S108 - a text
    assert elsewhere <= {"off", "stderr", "/dev/stdout"}
    assert {"client_body_temp_path", "proxy_temp_path", "fastcgi_temp_path", "pid"} <= set(text.split())


def test_a_signal_ends_it_within_the_pods_grace_though_somebody_holds_a_connection(
    site: Site, tmp_path: Path
) -> None:
    tmp_path.chmod(0o755)
    text = (site.prefix / "nginx.conf").read_text()
    nginx = Nginx(
        debian.program("nginx"), prefix=site.prefix, folder=site.prefix.parent / "short-lived", text=text
    )
    nginx.start()
    with httpx.Client(base_url=nginx.url) as held:
        assert held.get("/health").status_code == 200
        process = nginx.process
        assert isinstance(process, ServerProcess)
        nginx.stop_signal = __import__("signal").SIGQUIT
        nginx.stop()
        assert not process.running()
