"""What retriers and catchers take, by AWS's page of errors."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from twin.state_machines.matching import takes

OWN = [
    "States.Timeout",
    "States.HeartbeatTimeout",
    "States.IntrinsicFailure",
    "States.NoChoiceMatched",
    "Boom",
]
NAMES = st.lists(st.sampled_from([*OWN, "States.TaskFailed", "States.ALL", "States.Runtime"]), max_size=4)


@given(NAMES)
def test_nothing_takes_a_runtime_error(names: list[str]) -> None:
    assert not takes([*names, "States.ALL"], "States.Runtime")


@given(NAMES, st.sampled_from(OWN))
def test_an_error_is_taken_by_its_own_name_and_by_all(names: list[str], error: str) -> None:
    assert takes([*names, error], error)
    assert takes([*names, "States.ALL"], error)


@given(st.sampled_from(OWN))
def test_task_failed_takes_all_but_timeouts(error: str) -> None:
    assert takes(["States.TaskFailed"], error) is ("Timeout" not in error)


def test_too_much_data_is_taken_by_its_own_name_alone() -> None:
    assert takes(["States.DataLimitExceeded"], "States.DataLimitExceeded")
    assert not takes(["States.ALL", "States.TaskFailed"], "States.DataLimitExceeded")


def test_a_timeout_takes_a_missing_heartbeat_and_not_the_other_way_round() -> None:
    assert takes(["States.Timeout"], "States.HeartbeatTimeout")
    assert not takes(["States.HeartbeatTimeout"], "States.Timeout")


def test_a_failure_without_a_name_is_taken_by_the_broad_names() -> None:
    assert takes(["States.ALL"], None)
    assert takes(["States.TaskFailed"], None)
    assert not takes(["Boom"], None)
