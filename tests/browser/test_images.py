"""Both images are built from their very Dockerfiles, and started as the cluster starts them they answer."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.browser.image_parts import wheels
from tests.browser.images import Builder, Container
from tests.browser.page_build import FRONTEND, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.browser.site import Site

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a chroot needs root")


@pytest.fixture(scope="module")
def builder() -> Iterator[Builder]:
    with tempfile.TemporaryDirectory(prefix="toban-images-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        made = Builder(Path(name))
        made.debian_base()
        yield made
        made.run("umount", "--all")
        made.run("rm", "--all")


@pytest.fixture(scope="module")
def page_image(builder: Builder, site: Site) -> str:
    """The page's image, made of what the other tests have tested, on top of a release before it."""
    with tempfile.TemporaryDirectory(prefix="toban-context-") as name:
        context = Path(name)
        for file in ("Dockerfile", ".dockerignore", "nginx.conf"):
            shutil.copy(FRONTEND / file, context)
        before = context / "dist" / "page" / "assets"
        before.mkdir(parents=True)
        (before / "index-BEFORE00.js").write_text("'before'")
        (context / "dist" / "entry.conf").write_text("set $entry /assets/index-BEFORE00.js;\n")
        base = ("--build-arg", "DEBIAN=localhost/base", "--build-arg")
        builder.build("page-before", context, *base, "PREVIOUS=localhost/base")
        shutil.rmtree(context / "dist")
        shutil.copytree(site.prefix / "page", context / "dist" / "page")
        shutil.copy(site.prefix / "entry.conf", context / "dist")
        builder.build("page", context, *base, "PREVIOUS=localhost/page-before")
    return "page"


@pytest.fixture(scope="module")
def api_image(builder: Builder) -> str:
    """The API's image; its libraries come from this machine's own registry client, by the same lock."""
    with tempfile.TemporaryDirectory(prefix="toban-pip-") as name:
        settings = Path(name) / "pip.conf"
        settings.write_text("[global]\nno-index = true\nfind-links = /wheels\n")
        mounts = ["--volume", f"{wheels()}:/wheels:ro", "--volume", f"{settings}:/etc/pip.conf:ro"]
        builder.build("api", ROOT, "--build-arg", "PYTHON=localhost/base", *mounts)
    return "api"


def test_the_pages_image_serves_as_its_numeric_user_on_a_read_only_root(
    builder: Builder, page_image: str, site: Site, tmp_path: Path
) -> None:
    config = builder.config(page_image)
    assert config["User"] == "10001:10001"
    assert config["StopSignal"] == "SIGQUIT"
    root = builder.unpacked(page_image)
    before = listing(root)
    container = Container(root, config, folder=tmp_path / "page", port=8080, settings={}, probe="/ready")
    weight = weight_of(root / "srv/toban")
    start(container, weight)
    try:
        with httpx.Client(base_url=container.url) as client:
            assert client.get("/health").text == "ok\n"
            assert client.get("/").text == (site.prefix / "page" / "index.html").read_text()
            [entry] = re.findall(r'src="(/assets/[^"]+)"', client.get("/").text)
            assert client.get(entry).status_code == 200
            assert client.get("/assets/index-BEFORE00.js").text == "'before'"
            assert client.get("/nowhere").headers["content-security-policy"].startswith("default-src 'none'")
        assert users(container.pid) == {10001}
        assert '"path":"/nowhere","status":404' in container.log
    finally:
        container.stop()
    assert listing(root) == before
    # Everything on top of Debian and nginx is the page itself, twice compressed.
    assert 0 < weight < 2_000_000


def test_the_apis_image_serves_as_its_numeric_user_on_a_read_only_root(
    builder: Builder, api_image: str, site: Site, tmp_path: Path
) -> None:
    config = builder.config(api_image)
    assert config["User"] == "10001:10001"
    root = builder.unpacked(api_image)
    assert not (root / "opt/api/app/api/servers").exists()
    settings = {
        "DATABASE_URL": site.pair.admin_url,
        "REDIS_URL": site.pair.redis_url,
        "JWT_KEYS": (site.secrets / "JWT_KEYS").read_text(),
        "DRAIN_S": "0",
    }
    container = Container(root, config, folder=tmp_path / "api", port=8080, settings=settings, probe="/ready")
    start(container, weight_of(root / "opt/api"))
    try:
        answer = httpx.get(f"{container.url}/api/v1/users/me")
        assert answer.status_code == 401
        assert users(container.pid) == {10001}
    finally:
        container.stop()


def start(container: Container, weight: int) -> None:
    """Starts a container and says what its image adds to the base, and how long until it was ready."""
    begun = time.perf_counter()
    container.start()
    seconds = time.perf_counter() - begun
    print(f"\n{weight / 1e6:.2f} MB on top of the base, ready after {seconds:.2f} s")  # noqa: T201 - `pytest -s`


def weight_of(folder: Path) -> int:
    """The bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def users(pid: int) -> set[int]:
    """The users of a process and of its children."""
    import psutil  # noqa: PLC0415 - one use

    process = psutil.Process(pid)
    return {it.uids().real for it in (process, *process.children(recursive=True))}


def listing(root: Path) -> list[Any]:
    """Every file of the page below a root, with its size and time."""
    return sorted(
        (str(path), path.stat().st_size, path.stat().st_mtime) for path in (root / "srv").rglob("*")
    )
