"""The contract of the floors can fail: an import that goes up or across is found in every capability."""

from __future__ import annotations

import ast
import sys
from copy import deepcopy
from pathlib import Path

import grimp
import pytest

from tests.contracts.capabilities_contract import CapabilitiesContract, capabilities

ROOT = Path(__file__).resolve().parents[2]
NIGHT = "functions.night_scaling"


@pytest.fixture(scope="module")
def built() -> grimp.ImportGraph:
    return grimp.build_graph("functions")


def is_kept(graph: grimp.ImportGraph) -> bool:
    contract = CapabilitiesContract(name="", session_options={}, contract_options={"package": "functions"})
    return contract.check(graph, verbose=False).kept


def with_seventh(built: grimp.ImportGraph) -> grimp.ImportGraph:
    """Returns the graph with one more capability, which imports what it may."""
    graph = deepcopy(built)
    for module in ("", ".steps", ".steps.light", ".policy", ".policy.decision", ".contract"):
        graph.add_module(f"functions.lamp{module}")
    graph.add_import(importer="functions.lamp.steps.light", imported="functions.lamp.policy.decision")
    graph.add_import(importer="functions.lamp.steps.light", imported="functions.runs.resume")
    return graph


def test_the_capabilities_are_found_by_their_steps(built: grimp.ImportGraph) -> None:
    assert NIGHT in capabilities(built, "functions")
    assert "functions.lamp" in capabilities(with_seventh(built), "functions")
    assert is_kept(built)
    assert is_kept(with_seventh(built))


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        (f"{NIGHT}.policy.ledger", f"{NIGHT}.actions.plan"),
        (f"{NIGHT}.policy.ledger", f"{NIGHT}.contract"),
        (f"{NIGHT}.schedule.desired", f"{NIGHT}.policy.ledger"),
        (f"{NIGHT}.actions.plan", f"{NIGHT}.steps.plan_night"),
        (f"{NIGHT}.actions.plan", "functions.lamp.policy.decision"),
        ("functions.lamp.steps.light", f"{NIGHT}.policy.ledger"),
        ("functions.lamp.policy.decision", "functions.lamp.steps.light"),
        ("functions.runs.finish", f"{NIGHT}.policy.ledger"),
        ("functions.runs.finish", "functions.lamp.contract"),
        ("functions.runtime.wiring", "functions.runs.run"),
        ("functions.core.control", "functions.adapters.eks"),
    ],
)
def test_an_import_that_goes_up_or_across_is_found(
    built: grimp.ImportGraph, importer: str, imported: str
) -> None:
    graph = with_seventh(built)
    graph.add_import(importer=importer, imported=imported)
    assert not is_kept(graph)


def test_a_package_without_any_capability_is_no_success() -> None:
    graph = grimp.ImportGraph()
    graph.add_module("functions")
    assert not is_kept(graph)


def roots(path: Path) -> set[str]:
    """Returns the packages that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


PURE = sorted(
    path
    for part in ("core", "*/policy", "*/schedule")
    for path in (ROOT / "functions").glob(f"{part}/**/*.py")
)


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_pure_imports_the_standard_library_and_the_functions_alone(path: Path) -> None:
    assert roots(path) <= {*sys.stdlib_module_names, "functions"}


def test_only_adapters_and_the_composition_root_import_vendors() -> None:
    vendors = {"boto3", "botocore", "kubernetes", "urllib3"}
    found = {
        str(path.relative_to(ROOT / "functions"))
        for path in (ROOT / "functions").rglob("*.py")
        if roots(path) & vendors
    }
    assert {name for name in found if not name.startswith("adapters/")} == {"runtime/wiring.py"}
