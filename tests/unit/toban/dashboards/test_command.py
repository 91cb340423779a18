"""What a person reads when the boards cannot be drawn."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
TOBAN = Path(sys.executable).parent / "toban"


def dashboards(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- ours
        [TOBAN, "dashboards", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_template_that_is_no_file_is_said_at_once() -> None:
    done = dashboards("draw", "--template", "no.yaml")

    assert done.returncode == 2
    assert "no.yaml is no file: name a template with --template" in done.stderr


def test_without_prometheus_and_apt_it_says_what_to_install_before_it_plays(tmp_path: Path) -> None:
    done = dashboards("draw", "--output", tmp_path / "out", PATH=str(tmp_path), XDG_CACHE_HOME=str(tmp_path))

    assert done.returncode == 1
    assert "prometheus is not here and apt cannot fetch Debian's prometheus" in done.stderr
    assert "brew install prometheus" in done.stderr
    assert "plays" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_commands_are_two() -> None:
    told = dashboards("--help").stdout

    assert "build" in told
    assert "draw" in told
