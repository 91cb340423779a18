"""What several contracts look at: the artefact of `sam build`, made once a session, for it takes a minute."""

from pathlib import Path

import pytest

from toban.build import RUNTIME, CannotBuild, _at_hand, build, python_of


@pytest.fixture(scope="session")
def artefact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Builds once; with the Python at hand if the runtime's is missing, which checks all but the version."""
    try:
        version, python = RUNTIME, python_of(RUNTIME)
    except CannotBuild:
        version, python = _at_hand()
    out = tmp_path_factory.mktemp("sam") / "build"
    build(out, version=version, python=python)
    return out
