"""The twin deploys what samconfig.toml deploys, and says what is missing there."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.world import DeploymentError, read_deployments
from twin.world.durations import Duration

ROOT = Path(__file__).parents[4]


def test_dev_and_prod_are_read_with_their_clusters() -> None:
    dev, prod = read_deployments(ROOT / "samconfig.toml")
    assert (dev.stack_name, dev.environment, dev.cluster) == ("toban-dev", "dev", "sre-portfolio-cluster-dev")
    assert dev.databases == ("taskmanager-dev",)
    assert (prod.environment, prod.cluster, prod.databases) == ("prod", "sre-portfolio-cluster", ())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[dev.deploy.parameters]\nstack_name = 'toban-dev'\n",
        "[dev.deploy.parameters]\nstack_name = 'x'\nparameter_overrides = 'Environment=prod ClusterName=c'\n",
        "[dev.deploy.parameters]\nparameter_overrides = 'Environment=dev ClusterName=c'\n",
    ],
)
def test_a_missing_name_is_told_with_its_section(tmp_path: Path, text: str) -> None:
    samconfig = tmp_path / "samconfig.toml"
    samconfig.write_text(text)
    with pytest.raises(DeploymentError, match=r"\[dev.deploy.parameters\] needs stack_name"):
        read_deployments(samconfig)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeploymentError, match=r"samconfig\.toml cannot be read"):
        read_deployments(tmp_path / "samconfig.toml")


@given(seed=st.integers(), median=st.floats(10, 1000), spread=st.floats(0, 2))
def test_a_duration_lies_within_its_limits_and_repeats_with_its_seed(
    seed: int, median: float, spread: float
) -> None:
    duration = Duration(median, median / 2, median * 3, spread)
    drawn = duration.draw(Random(seed))  # noqa: S311 -- a simulation
    assert duration.shortest_s - 0.1 <= drawn <= duration.longest_s + 0.1
    assert drawn == duration.draw(Random(seed))  # noqa: S311 -- a simulation
