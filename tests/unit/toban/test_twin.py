"""`toban twin` lists its scenarios and checks a template as strictly as the twin deploys it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from toban.twin import app
from twin.scenarios import SCENARIOS

ROOT = Path(__file__).resolve().parents[3]


def test_every_scenario_is_listed_with_a_line_of_its_own() -> None:
    result = CliRunner().invoke(app, ["list"])

    assert result.exit_code == 0
    assert [line.split()[0] for line in result.output.splitlines()] == list(SCENARIOS)


@pytest.mark.parametrize("environment", ["dev", "prod", "dr"])
def test_the_control_planes_own_template_deploys_strictly(
    environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(app, ["check", "--parameter", f"Environment={environment}"])

    assert result.exit_code == 0, result.output
    assert "no problem found" in result.output


def test_a_typing_mistake_is_told_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text("Resources:\n  Pages:\n    Type: AWS::SNS::Tropic\n")

    result = CliRunner().invoke(app, ["check", "--template", str(path)])

    assert result.exit_code == 1
    assert "template.yaml:3: Resource Pages: " in result.output
    assert "AWS::SNS::Topic" in result.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--template", "no/such.yaml"], "no/such.yaml is no file"),
        (["--parameter", "Environment"], "is not of the form NAME=VALUE"),
    ],
)
def test_a_wrong_question_is_refused_in_words(arguments: list[str], sentence: str) -> None:
    result = CliRunner().invoke(app, ["check", *arguments])

    assert result.exit_code == 2
    assert sentence in result.output


def test_an_account_of_the_shell_is_never_used(monkeypatch: pytest.MonkeyPatch) -> None:
    from twin.account import simulated_account  # noqa: PLC0415 -- only this test needs it

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREALPERSON")
    with simulated_account() as account:
        signs_with = account.client("sts")._request_signer._credentials.access_key
    assert signs_with != "AKIAREALPERSON"


def test_a_fleet_deploys_strictly_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(app, ["check", "--parameter", "FleetClusters=team-*"])

    assert result.exit_code == 0, result.output
