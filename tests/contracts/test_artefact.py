"""What `toban build` makes is what Lambda needs, and nothing else."""

from pathlib import Path

MOST_BYTES = 25_000_000
"""A tenth of what Lambda unpacks: a cold start reads it."""


NIGHT = "NightScalingCapability"


def test_the_package_keeps_its_name_and_its_data(artefact: Path) -> None:
    function = artefact / NIGHT / "PlanNightFunction"
    assert (function / "functions/night_scaling/steps/plan_night.py").exists()
    assert (function / "functions/night_scaling/schedules/dev.json").exists()
    assert (function / "aws_lambda_powertools").is_dir()


def test_every_module_of_ours_is_compiled(artefact: Path) -> None:
    function = artefact / NIGHT / "PlanNightFunction"
    for module in (function / "functions").rglob("*.py"):
        assert list((module.parent / "__pycache__").glob(f"{module.stem}.cpython-*.pyc")), module


def test_nothing_but_the_functions_is_shipped(artefact: Path) -> None:
    function = artefact / NIGHT / "PlanNightFunction"
    names = {path.name for path in function.iterdir()}
    assert not names & {"tests", "docs", "twin", "toban", "template.yaml", "boto3", "kubernetes", "pydantic"}
    assert sum(path.stat().st_size for path in function.rglob("*") if path.is_file()) < MOST_BYTES


def test_the_layer_holds_the_kubernetes_client_and_nothing_of_ours(artefact: Path) -> None:
    layer = artefact / NIGHT / "KubernetesLayer/python"
    assert (layer / "kubernetes").is_dir()
    assert not (layer / "functions").exists()


def test_every_function_of_every_template_ships_the_same_package(artefact: Path) -> None:
    """One build for all of them: what says the same in two templates is built once."""
    packages = [
        path for path in [*artefact.glob("*Function"), *artefact.glob("*/*Function")] if path.is_dir()
    ]
    assert len({path.parent for path in packages}) > 1
    contents = {
        frozenset(str(file.relative_to(path)) for file in path.rglob("*") if file.is_file())
        for path in packages
    }
    assert len(contents) == 1
