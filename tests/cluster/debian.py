"""Debian's Prometheus programs for tests: skips by name where they cannot be had, and never under CI."""

import os
from pathlib import Path

import pytest

from toban.dashboards import debian


def program(name: str) -> Path:
    """Returns where the program is, fetched once."""
    try:
        return debian.program(name)
    except debian.UnavailableError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
