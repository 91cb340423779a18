"""What strangers write reaches people as text: no second line, link, mention or trick of direction."""

import re
import unicodedata
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from functions.adapters.sns import SnsPager
from functions.adapters.stepfunctions import StepFunctionsTokens
from functions.adapters.told_text import CUT, LARGEST_MESSAGE, message, subject
from functions.runs.policy.links import execution_link, runbook_link

DOCS = "https://git.example.com/toban/tree/main/docs"
HOSTILE = st.text() | st.sampled_from(
    ["<!channel>", "<https://evil.example|click>", "a\r\nBcc: x@y", "\u202egnp.exe", "[x](javascript://y)",
     "www.evil.example", "HTTPS://evil.example", "x\0y", "\u2028", "https://https://a"]
)  # fmt: skip


class Sns:
    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def publish(self, **given: Any) -> None:
        self.sent.append(given)


@given(st.lists(HOSTILE).map(" ".join))
def test_a_subject_is_one_line_below_a_hundred_characters_without_control_characters(text: str) -> None:
    shown = subject(text)

    assert 1 <= len(shown) < 100
    assert not [sign for sign in shown if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert not set("<>`") & set(shown)
    shown.encode()


@given(st.lists(HOSTILE).map("\n".join))
def test_a_message_has_no_link_but_ours_and_no_markup(text: str) -> None:
    shown = message(text, docs_url=DOCS)

    assert "://" not in shown.replace(DOCS, "")
    assert not re.search(r"(?i)\bwww\.", shown)
    assert not set("<>`\r\0") & set(shown)
    assert shown.count("\n") == text.count("\n"), "our own lines stay, and no other comes"
    assert message(shown, docs_url=DOCS) == shown


def test_our_own_links_stay_and_those_that_only_begin_alike_do_not() -> None:
    execution = execution_link("arn:aws:states:ap-northeast-1:123456789012:execution:toban-dev:a")
    runbook = runbook_link("night_scaling_given_up", docs_url=DOCS)
    text = f"Runbook: {runbook}\nExecution: {execution}"

    assert message(text, docs_url=DOCS) == text
    for evil in (
        f"{DOCS}.evil.example/x",
        "https://console.aws.amazon.com.evil.example/states/",
        "http://a@b",
    ):
        assert "://" not in message(evil, docs_url=DOCS)
    assert "://" not in message("https://git.example.com/", docs_url="")


def test_a_message_is_never_larger_than_sns_takes() -> None:
    for sign in ("x", "é", "会", "😀"):
        cut = message(sign * (LARGEST_MESSAGE // len(sign.encode()) + 1), docs_url="")
        assert len(cut.encode()) <= LARGEST_MESSAGE
        assert cut.endswith(CUT)


def test_the_pager_sends_what_was_cleaned() -> None:
    sns = Sns()
    SnsPager(sns=sns, topic="t", docs_url=DOCS).page(
        "Toban dev: a\nb" + "x" * 200, "see <https://evil.example>"
    )

    [sent] = sns.sent
    assert len(sent["Subject"]) == 99
    assert "\n" not in sent["Subject"]
    assert "https[:]//evil.example" in sent["Message"]


def test_what_a_person_writes_into_an_approval_is_as_long_as_step_functions_takes() -> None:
    class States:
        def send_task_failure(self, **given: str) -> None:
            assert len(given["error"]) <= 256
            assert len(given["cause"]) <= 32_768

    StepFunctionsTokens(stepfunctions=States()).fail("t", error="e" * 1000, cause="c" * 100_000)
