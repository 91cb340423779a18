"""Holds the locks against a dated set of advisories, offline: `python requirements/advisories.py`.

`advisories.json` says which versions of our packages have known faults, from where and as of when. It is
made anew of a copy of https://github.com/pypa/advisory-database (CC-BY 4.0) by `collect FOLDER DATE
COMMIT`; what is newer than that copy stands in it by hand, under `later`, with its source. A package that
nobody looked up fails as one with a fault does.
"""
# ruff: noqa: INP001 - a program of its own

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, Final

from packaging.version import Version
from ruamel.yaml import YAML

HERE: Final = Path(__file__).resolve().parent
DATA: Final = HERE / "advisories.json"
LOCKS: Final = (*sorted(HERE.glob("*.txt")), HERE.parent / "layers/kubernetes/requirements.txt")
_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def pinned() -> set[tuple[str, str]]:
    """Returns each package of every lock with its version, by its normalised name."""
    texts = [lock.read_text(encoding="utf-8") for lock in LOCKS]
    return {(_normal(name), version) for text in texts for name, version in _PIN.findall(text)}


def faults(pins: set[tuple[str, str]], data: dict[str, Any]) -> list[str]:
    """Returns a sentence for each pin with a known fault, and for each package that was never looked up."""
    found = []
    for name, version in sorted(pins):
        if name not in data["packages"]:
            found.append(f"{name} was never looked up: collect the advisories anew")
            continue
        known = data["packages"][name] + [each for each in data["later"] if each["package"] == name]
        found += [
            f"{name} {version} has {each['id']}, mended in {last or 'no version'}"
            for each in known
            for first, last in each["affected"]
            if Version(first) <= Version(version) and (last is None or Version(version) < Version(last))
        ]
    return found


def collect(folder: Path, date: str, commit: str) -> None:
    """Writes the advisories on every pinned package anew, and keeps what stands under `later`."""
    before = json.loads(DATA.read_text(encoding="utf-8")) if DATA.exists() else {"later": []}
    packages = {name: _advisories(folder / "vulns" / name) for name in sorted({name for name, _ in pinned()})}
    data = {
        "source": "https://github.com/pypa/advisory-database (CC-BY 4.0)",
        "as_of": date,
        "commit": commit,
        "later": before["later"],
        "packages": packages,
    }
    DATA.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _advisories(folder: Path) -> list[dict[str, Any]]:
    found = []
    for file in sorted(folder.glob("*.yaml")):
        said = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
        if "withdrawn" in said:
            continue
        spans = [span for each in said["affected"] for span in _spans(each.get("ranges", ()))]
        found.append({"id": said["id"], "aliases": said.get("aliases", []), "affected": spans})
    return found


def _spans(ranges: Any) -> list[tuple[str, str | None]]:
    spans: list[tuple[str, str | None]] = []
    for each in ranges:
        if each["type"] != "ECOSYSTEM":
            continue
        for event in each["events"]:
            if "introduced" in event:
                spans.append((str(event["introduced"]), None))
            elif "fixed" in event and spans:
                spans[-1] = (spans[-1][0], str(event["fixed"]))
    return spans


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main(arguments: list[str]) -> int:
    """Collects, or checks; returns 1 if a fault was found."""
    if arguments[:1] == ["collect"]:
        collect(Path(arguments[1]), arguments[2], arguments[3])
        return 0
    data = json.loads(DATA.read_text(encoding="utf-8"))
    found = faults(pinned(), data)
    sys.stdout.write("".join(f"{sentence}\n" for sentence in found))
    looked, as_of, later = len(pinned()), data["as_of"], len(data["later"])
    sys.stdout.write(f"{looked} pins, {len(found)} faults known as of {as_of}, and {later} known since\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
