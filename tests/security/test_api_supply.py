"""What ships has no fault that we could know of, is pinned by hash, and is used."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("advisories", ROOT / "requirements/advisories.py")
assert SPEC is not None
assert SPEC.loader is not None
advisories: Any = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(advisories)
KNOWN = json.loads((ROOT / "requirements/advisories.json").read_text())


def test_no_locked_version_has_a_known_fault_and_none_was_overlooked() -> None:
    assert advisories.faults(advisories.pinned(), KNOWN) == []
    assert len(advisories.pinned()) > 150
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", KNOWN["as_of"])
    assert all(each["source"].startswith("https://") for each in KNOWN["later"])


@pytest.mark.parametrize(
    ("pin", "told"),
    [
        (("pyjwt", "2.11.0"), "pyjwt 2.11.0 has CVE-2026-32597, mended in 2.12.0"),
        (("starlette", "0.24.0"), "starlette 0.24.0 has PYSEC-2023-48, mended in 0.25.0"),
        (("never-heard-of", "1.0"), "never-heard-of was never looked up: collect the advisories anew"),
    ],
)
def test_a_fault_and_a_stranger_are_both_told(pin: tuple[str, str], told: str) -> None:
    assert told in advisories.faults({pin}, KNOWN)


def test_every_package_of_the_image_is_pinned_by_hash_and_none_is_there_for_nothing() -> None:
    lock = (ROOT / "requirements/api.txt").read_text()
    packages = re.findall(r"^([a-z0-9-]+)==[^\s]+ .*\\\n    --hash=sha256:", lock, re.MULTILINE)

    assert len(packages) == len(re.findall(r"^[a-z0-9-]+==", lock, re.MULTILINE))
    assert {"websockets", "watchfiles", "pyyaml", "boto3", "moto"} & set(packages) == set()
    assert "--require-hashes" in (ROOT / "Dockerfile").read_text()
