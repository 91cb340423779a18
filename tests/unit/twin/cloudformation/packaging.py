"""Packages a template that a test writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.package import Packaged, package

if TYPE_CHECKING:
    from pathlib import Path


def packaged(tmp_path: Path, text: str, name: str = "template.yaml") -> Packaged:
    (tmp_path / name).write_text(text)
    return package(tmp_path / name)
