"""What ships as the page: small, from this host alone, and typed by the API's own description."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

import yaml

from tests.browser.page_build import FRONTEND, ROOT, node

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.site import Site

MOST_SCRIPT_BYTES: Final = 45_000
SEPARATORS: Final = re.compile(r"[\s,;{}()]")


def test_the_typed_client_is_what_the_description_says_today(tmp_path: Path) -> None:
    fresh = tmp_path / "schema.d.ts"
    node("openapi-typescript", str(ROOT / "api" / "openapi.json"), "--output", str(fresh))

    assert fresh.read_text() == (FRONTEND / "src/api/schema.d.ts").read_text(), (
        "run `npm run client` in frontend/"
    )


def test_every_type_fits() -> None:
    node("tsc", "--noEmit")


def test_all_script_fits_in_45_kilobytes(site: Site) -> None:
    scripts = {path.name: path.stat().st_size for path in (site.prefix / "page").rglob("*.js.gz")}

    assert 0 < sum(scripts.values()) <= MOST_SCRIPT_BYTES, scripts


def test_the_page_names_no_other_host(site: Site) -> None:
    allowed = {"www.w3.org"}  # names of vocabularies, which nobody asks
    for path in (site.prefix / "page").rglob("*"):
        if path.suffix in {".js", ".css", ".html", ".svg"}:
            hosts = set(re.findall(r"https?://([a-z0-9.-]+\.[a-z]{2,})", path.read_text()))
            assert hosts <= allowed, (path.name, hosts)


def test_the_page_has_neither_inline_script_nor_inline_style(site: Site) -> None:
    for path in (site.prefix / "page").glob("*.html"):
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=", text), path.name


def test_all_versions_are_pinned_and_the_lock_names_no_registry() -> None:
    wanted = json.loads((FRONTEND / "package.json").read_text())
    for name, version in (wanted["dependencies"] | wanted["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert not name or package.get("integrity", "").startswith("sha512-"), name


def test_what_runs_in_the_readers_browser_is_four_libraries_and_theirs() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    shipped = {
        name.removeprefix("node_modules/")
        for name, it in lock["packages"].items()
        if name and not it.get("dev")
    }

    assert shipped == {
        "@tanstack/preact-query",
        "@tanstack/query-core",
        "openapi-fetch",
        "openapi-typescript-helpers",
        "preact",
        "regexparam",
        "wouter-preact",
    }


def test_the_image_and_the_manifest_agree_on_port_user_and_probes() -> None:
    deployment = yaml.safe_load((ROOT / "cluster_manifests/base/frontend/deployment.yaml").read_text())
    pod = deployment["spec"]["template"]["spec"]
    [container] = pod["containers"]
    conf = (FRONTEND / "nginx.conf").read_text()
    image = (FRONTEND / "Dockerfile").read_text()

    [port] = container["ports"]
    assert f"listen {port['containerPort']} " in conf
    assert f"EXPOSE {port['containerPort']}" in image
    assert f"USER {pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}" in image
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert f"location = {container[probe]['httpGet']['path']} " in conf
    assert container["securityContext"]["readOnlyRootFilesystem"]
    [mount] = container["volumeMounts"]
    assert all(
        path.startswith(mount["mountPath"] + "/") for path in re.findall(r"(?:pid|_temp_path) ([^;]+);", conf)
    )
