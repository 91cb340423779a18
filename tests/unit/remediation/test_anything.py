"""Facts with any member replaced by anything are answered or refused with a place, and never an error."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.core.reading.faults import DocumentInvalid
from functions.core.reading.schema import check
from functions.remediation.bundled import schema
from functions.remediation.policy.telling import plan_values
from tests.unit.remediation.cases import LADDERS, RAISED, ago, facts, plan, pods, released, run

SESSION = {"pid": 1, "backend_start": ago(9), "state": "idle", "since": ago(9), "role": "task_api"}
AT_WORK = {"id": "r", "ladder": "high_cpu", "alarm": "a", "tried": ["evict_pod"]}
FULL = facts(
    *LADDERS[:3],
    history={"runs": [run(300, rungs=["evict_pod"])], "at_work": AT_WORK, "raised": [RAISED]},
    **{**released(10), "pods": pods(errors_percent=60), "sessions": [SESSION]},
    lock={"capability": "release", "execution": "e", "leased_until": ago(1)},
)
ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(
        [10**30, 1.5, float("nan"), float("inf"), "", "x", "\ud800", "ALARM", "approved", ago(3)]
    )
    | st.sampled_from([[], {}, [1], {"unreadable": "error"}, {"unreadable": 1}, {"a": 1}])
)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Returns the way to each member, at any depth."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way for key, member in inner for way in ((*here, key), *places(member, (*here, key)))]


@settings(max_examples=600, deadline=None, suppress_health_check=[*HealthCheck])
@given(st.sampled_from(places(FULL)), ANYTHING)
def test_any_member_may_be_anything(place: tuple[Any, ...], value: Any) -> None:
    broken = copy.deepcopy(FULL)
    inner: Any = broken
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    try:
        answer = plan_values(plan(broken))
    except DocumentInvalid as error:
        named = [fault.path for fault in error.faults]
    else:
        named = ["$"]
        check(answer, schema("plan"))
    assert named
    assert all(path.startswith("$") for path in named)
