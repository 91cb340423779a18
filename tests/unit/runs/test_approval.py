"""Asking and answering: the state waits, people are told once, and an answer decides once."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from functions.core.errors import PermanentError, SafetyRefusal
from functions.runs.approval import answer, request
from functions.runs.policy.approval import Answer, Approval, Verdict, digest
from tests.fakes.stepfunctions import FakeTaskTokens
from tests.unit.runs.protocol import NOW, Ports

PLAN = {"rung": "drain"}
ASKED = Approval(
    "drain-1",
    "lamp",
    "drain node a",
    digest(PLAN),
    "token",
    "alarm High CPU",
    NOW,
    NOW + timedelta(minutes=30),
)
YES = Answer("aoi", approves=True, reason="looks right", at=NOW + timedelta(minutes=5))


def ask(ports: Ports, asked: Approval = ASKED) -> None:
    request(ports, ports.table.recall("dev"), asked, target="dev", zone=ZoneInfo("Asia/Tokyo"), now=NOW)


def say(ports: Ports, tokens: FakeTaskTokens, given: Answer = YES, *, seen: str = ASKED.digest) -> Verdict:
    return answer(ports.table, tokens, given, target="dev", approval_id="drain-1", digest=seen)


def test_whoever_is_on_duty_is_asked_once_with_the_command_that_answers() -> None:
    ports = Ports()
    ask(ports)
    ask(ports)
    [(subject, text)] = ports.pager.pages
    assert subject == "Toban dev: lamp waits for you"
    assert f'toban approval yes dev drain-1 --digest {digest(PLAN)} --reason "why"' in text
    assert "until Tue 22:30 (Asia/Tokyo)" in text


def test_a_yes_lets_the_state_go_on_and_says_who_and_why() -> None:
    ports, tokens = Ports(), FakeTaskTokens("token")
    ask(ports)
    assert say(ports, tokens) is Verdict.APPROVED
    assert tokens.succeeded["token"]["approved_by"] == ["aoi: looks right"]


def test_a_no_lets_the_state_fail_as_a_gate_does() -> None:
    ports, tokens = Ports(), FakeTaskTokens("token")
    ask(ports)
    assert say(ports, tokens, YES._replace(approves=False, reason="not now")) is Verdict.DENIED
    assert tokens.failed == {"token": ("SafetyRefusal", "drain-1 was denied by aoi: not now")}


def test_with_two_people_the_first_yes_of_a_third_decides_and_the_asker_cannot() -> None:
    ports, tokens = Ports(), FakeTaskTokens("token")
    ask(ports, ASKED._replace(people=2, asked_by="aoi"))
    with pytest.raises(SafetyRefusal, match="one other person"):
        say(ports, tokens)
    assert say(ports, tokens, YES._replace(who="ben")) is Verdict.APPROVED


@pytest.mark.parametrize(
    ("given", "seen", "why"),
    [
        (YES._replace(reason=" "), ASKED.digest, "needs a reason"),
        (YES, "0" * 16, "another plan"),
        (YES._replace(at=ASKED.expires_at), ASKED.digest, "expired already"),
    ],
)
def test_an_answer_that_does_not_count_is_refused_and_changes_nothing(
    given: Answer, seen: str, why: str
) -> None:
    ports, tokens = Ports(), FakeTaskTokens("token")
    ask(ports)
    with pytest.raises(SafetyRefusal, match=why):
        say(ports, tokens, given, seen=seen)
    assert tokens.waiting == {"token"}


def test_an_answer_whose_process_died_before_the_state_heard_of_it_is_given_again() -> None:
    ports, tokens = Ports(), FakeTaskTokens("token")
    ask(ports)
    deaf = FakeTaskTokens("token")
    deaf.succeed = None  # type: ignore[assignment,method-assign] # the process dies here
    with pytest.raises(TypeError):
        say(ports, deaf)
    assert say(ports, tokens, YES._replace(at=YES.at + timedelta(minutes=1))) is Verdict.APPROVED
    assert tokens.succeeded


def test_an_answer_to_a_run_that_waits_no_more_is_refused_in_words() -> None:
    ports = Ports()
    ask(ports)
    with pytest.raises(SafetyRefusal, match="does not wait any more"):
        say(ports, FakeTaskTokens())


def test_what_nobody_asked_for_cannot_be_answered_and_an_id_keeps_its_plan() -> None:
    ports = Ports()
    with pytest.raises(PermanentError, match="Nothing of dev waits"):
        say(ports, FakeTaskTokens("token"))
    ask(ports)
    with pytest.raises(SafetyRefusal, match="another plan"):
        ask(ports, ASKED._replace(digest="0" * 16))
