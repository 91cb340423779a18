"""Approvals, in laws: silence, expiry, one no, another plan and one person twice never let anything go on."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.runs.policy import approval
from functions.runs.policy.approval import Answer, Approval, Verdict, digest, refusal, verdict, with_answer
from tests.unit.runs.protocol import NOW

PLAN = {"rung": "drain", "nodes": ["a", "b"]}
people = st.sampled_from(["aoi", "ben", "chi"])
answers = st.builds(
    Answer,
    who=people,
    approves=st.booleans(),
    reason=st.sampled_from(["", " ", "looks right"]),
    at=st.integers(0, 40).map(lambda minutes: NOW + timedelta(minutes=minutes)),
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


def asked(count: int = 1, by: str = "aoi") -> Approval:
    return Approval("drain-1", "remediation", "drain node a", digest(PLAN), "token", by, NOW,
                    NOW + timedelta(minutes=30), count)  # fmt: skip


def taken(request: Approval, given: list[Answer], *, seen: str) -> Approval:
    """Takes the answers in the order of their times, those that count."""
    for answer in sorted(given, key=lambda answer: answer.at):
        if refusal(request, answer, digest=seen) is None:
            request = with_answer(request, answer)
    return request


@given(st.integers(1, 2), st.lists(answers, max_size=6))
def test_nothing_goes_on_without_enough_people_in_time_with_a_reason(count: int, given: list[Answer]) -> None:
    request = taken(asked(count), given, seen=digest(PLAN))
    outcome = verdict(request, now=NOW + timedelta(hours=1))
    counted = request.answers
    assert all(answer.reason.strip() and answer.at < request.expires_at for answer in counted)
    if outcome is Verdict.APPROVED:
        assert all(answer.approves for answer in counted)
        assert count == 1 or any(answer.who != request.asked_by for answer in counted)
    else:
        assert outcome in (Verdict.DENIED, Verdict.EXPIRED)
    assert (outcome is Verdict.DENIED) == any(not answer.approves for answer in counted)


@given(st.lists(answers, max_size=6))
def test_an_answer_about_another_plan_never_counts(given: list[Answer]) -> None:
    assert taken(asked(), given, seen=digest({**PLAN, "nodes": ["a"]})).answers == ()


@given(st.dictionaries(st.text(max_size=5), plain, max_size=4))
def test_a_digest_knows_values_and_not_their_order(plan: dict[str, object]) -> None:
    assert digest(plan) == digest(dict(reversed(plan.items())))
    assert digest(plan) != digest({**plan, "one more": 1})
    assert len(digest(plan)) == 16


def test_the_very_instant_of_expiry_is_too_late() -> None:
    request = asked()
    late = Answer("ben", approves=True, reason="r", at=request.expires_at)
    assert verdict(request, now=request.expires_at - timedelta(microseconds=1)) is Verdict.WAITING
    assert verdict(request, now=request.expires_at) is Verdict.EXPIRED
    assert refusal(request, late, digest=request.digest) == "drain-1 is expired already"


def test_one_person_may_approve_what_he_asked_for_and_of_two_the_other_has_to() -> None:
    yes = Answer("aoi", approves=True, reason="r", at=NOW)
    assert refusal(asked(1), yes, digest=digest(PLAN)) is None
    assert "one other person" in str(refusal(asked(2), yes, digest=digest(PLAN)))
    both = with_answer(asked(2), yes._replace(who="ben"))
    assert verdict(both, now=NOW) is Verdict.APPROVED
    no = with_answer(asked(2), yes._replace(approves=False))
    assert verdict(no, now=NOW) is Verdict.DENIED, "the one who asked may always say no"


@given(st.integers(1, 2), st.lists(answers, max_size=4))
def test_what_is_written_is_what_is_read(count: int, given: list[Answer]) -> None:
    request = asked(count)._replace(answers=tuple(given))
    assert approval.from_values(approval.to_values(request)) == request
