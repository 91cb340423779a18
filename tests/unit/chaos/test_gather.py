"""Facts are gathered source by source: an error is unreadable, and what is not needed is not asked."""

from __future__ import annotations

from typing import Any

import pytest

from functions.chaos.actions.gather import gather
from functions.chaos.policy.catalogue import FAULTS
from functions.chaos.policy.facts import SOURCES
from functions.chaos.policy.gates import needed_by
from functions.chaos.policy.guard import decide
from functions.chaos.policy.numbers import Numbers
from functions.core.errors import PermanentError, TemporaryError
from tests.unit.chaos.worlds import experiment, facts


class CalmPorts:
    """Answers as the calm world does, but for one source; remembers what was asked."""

    def __init__(self, broken: str = "", error: Exception | None = None) -> None:
        self.calm, self.broken, self.error = facts(), broken, error
        self.asked: list[str] = []

    def __getattr__(self, source: str) -> Any:
        def answer(**_now: Any) -> Any:
            self.asked.append(source)
            if source == self.broken and self.error:
                raise self.error
            return self.calm.of(source)

        return answer


@pytest.mark.parametrize("name", ["pod-kill", "database-failover"])
@pytest.mark.parametrize("error", [TemporaryError("throttled"), PermanentError("AccessDenied")])
@pytest.mark.parametrize("source", SOURCES)
def test_a_source_that_fails_closes_its_gate_and_the_others_are_asked_all_the_same(
    source: str, error: Exception, name: str
) -> None:
    ports = CalmPorts(source, error)
    asked = experiment(name, approval={"required": FAULTS[name].unit != "pods"})
    known = gather(ports, asked, now=facts().now)  # type: ignore[arg-type]
    decision = decide(asked, known, Numbers())

    needed = {each for each in SOURCES if needed_by(asked.fault, each)}
    assert set(ports.asked) == needed
    assert (decision.answer == "refused") == (source in needed)
    assert any(str(error) in reason for found in decision.gates for reason in found.reasons) == (
        source in needed
    )


def test_an_error_of_the_programs_own_is_not_taken_for_an_answer() -> None:
    with pytest.raises(ZeroDivisionError):
        gather(CalmPorts("alarms", ZeroDivisionError()), experiment(), now=facts().now)  # type: ignore[arg-type]
