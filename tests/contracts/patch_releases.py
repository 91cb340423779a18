"""Finds uses of what Python's standard library got between the patch releases of 3.11: the oldest lacks it.

Names that a minor version brought (3.12, 3.13) are vermin's affair, and mypy's in the typed packages. Neither
knows patch releases, nor does vermin see a keyword given to an object whose type is not written down; so
these few stand here, by name. Debian 12 has 3.11.2.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]

NAMES = {
    # https://docs.python.org/3.11/library/tarfile.html#extraction-filters (PEP 706)
    "tarfile": dict.fromkeys(
        (
            "data_filter",
            "tar_filter",
            "fully_trusted_filter",
            "FilterError",
            "AbsolutePathError",
            "OutsideDestinationError",
            "SpecialFileError",
            "AbsoluteLinkError",
            "LinkOutsideDestinationError",
            "extraction_filter",
        ),
        "3.11.4",
    ),
    # https://docs.python.org/3.11/library/email.errors.html (gh-121650)
    "email": {"HeaderWriteError": "3.11.10", "verify_generated_headers": "3.11.10"},
    # https://docs.python.org/3.11/library/pyexpat.html (gh-115398)
    "xml": {"SetReparseDeferralEnabled": "3.11.9", "GetReparseDeferralEnabled": "3.11.9"},
    # https://docs.python.org/3.11/library/os.path.html (gh-135034)
    "os": {"ALLOW_MISSING": "3.11.13"},
}
"""Names by the module that must be imported for them: what else bears such a name is none of our affair."""

KEYWORDS = {
    # https://docs.python.org/3.11/whatsnew/3.11.html, "Notable changes in 3.11.4"
    "tarfile": {("extract", "filter"): "3.11.4", ("extractall", "filter"): "3.11.4"},
    "shutil": {("unpack_archive", "filter"): "3.11.4"},
    # https://docs.python.org/3.11/library/email.utils.html (gh-102988)
    "email": {
        ("getaddresses", "strict"): "3.11.10",
        ("parseaddr", "strict"): "3.11.10",
        ("clone", "verify_generated_headers"): "3.11.10",
    },
}
"""Keywords by the module and the function or method that takes them, whatever object it is called on."""


class Use(NamedTuple):
    """A place that the oldest Python refuses: the line, what is used and the release that brought it."""

    line: int
    name: str
    since: str


def uses(text: str) -> list[Use]:
    """Returns the uses in a module's text, by line."""
    tree = ast.parse(text)
    imported = set(_imported(tree))
    names = {name: since for module in imported for name, since in NAMES.get(module, {}).items()}
    keywords = {call: since for module in imported for call, since in KEYWORDS.get(module, {}).items()}
    return sorted(use for node in ast.walk(tree) for use in _at(node, names, keywords))


def _imported(tree: ast.Module) -> Iterator[str]:
    """Yields the top-level packages that a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def _at(node: ast.AST, names: dict[str, str], keywords: dict[tuple[str, str], str]) -> Iterator[Use]:
    match node:
        case ast.Attribute(attr=name, lineno=line) if name in names:
            yield Use(line, name, names[name])
        case ast.ImportFrom(names=aliases, lineno=line):
            yield from (Use(line, alias.name, names[alias.name]) for alias in aliases if alias.name in names)
        case ast.Call(func=ast.Attribute(attr=called) | ast.Name(id=called), keywords=given, lineno=line):
            for keyword in given:
                if since := keywords.get((called, keyword.arg or "")):
                    yield Use(line, f"{called}({keyword.arg}=…)", since)


def main() -> int:
    """Prints each use in the tracked modules; returns 1 when there is one."""
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 -- git as installed
    found = [
        f"{name}:{use.line}: {use.name} came with Python {use.since}; the oldest supported one lacks it"
        for name in listed.stdout.splitlines()
        if (ROOT / name).is_file()
        for use in uses((ROOT / name).read_text(encoding="utf-8"))
    ]
    for line in found:
        print(line)  # noqa: T201 -- a check's answer
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
