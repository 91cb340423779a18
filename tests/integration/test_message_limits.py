"""The longest message of each kind is one that SNS takes, and says at its head what it is about."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from functions.adapters.sns import SnsPager
from functions.adapters.told_text import LARGEST_MESSAGE, LONGEST_SUBJECT
from functions.night_scaling.policy import notices, outlooks, short_sleeps
from functions.night_scaling.policy.short_sleeps import ShortSleep
from functions.night_scaling.policy.snapshot import Phase, Snapshot
from functions.night_scaling.schedule.desired import desired
from functions.night_scaling.schedule.document import parse_schedule
from functions.runs.policy.causes import sentence_of
from functions.runs.policy.links import execution_link, runbook_link
from functions.runs.policy.page import Message, failure_page

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
TEMPLATE = (ROOT / "template.yaml").read_text("utf-8")
NAME = "n" * 40
"""The longest name that a schedule document takes."""
POD = f"pod {'n' * 63}/{'p' * 253}: it has an emptyDir, whose content would be lost with it"
"""The longest names that Kubernetes takes."""
TARGET = f"prod/{NAME}"
NOW = datetime(2026, 11, 24, 12, 50, tzinfo=UTC)
DOCUMENT = parse_schedule(
    json.dumps(
        {
            "version": 1,
            "environment": "prod",
            "zone": "America/Argentina/ComodRivadavia",
            "modes": {NAME: {"nodegroups": 1}},
            "windows": [
                {"name": NAME, "mode": NAME, "days": ["Tue"], "begin": "10:00", "end": "20:00"},
            ],
        }
    )
)


def longest_docs_url() -> str:
    """Returns the longest address that the template's parameter takes."""
    parameter = re.search(r"\n  DocsUrl:\n(?:    .*\n)+", TEMPLATE)
    assert parameter
    bound = re.search(r"MaxLength: (\d+)", parameter[0])
    assert bound, "the parameter DocsUrl has no bound"
    return "https://" + "d" * (int(bound[1]) - 8)


def longest() -> dict[str, list[Message]]:
    """Returns each kind's message at its longest, of the longest names and addresses that there are."""
    book = runbook_link("execution_failed_with_a_long_name", docs_url=longest_docs_url())
    asleep = desired(DOCUMENT, now=NOW + timedelta(hours=2))
    awake = desired(DOCUMENT, now=NOW + timedelta(days=1))
    saved = Snapshot(NAME, DOCUMENT.modes[NAME], Phase.ASLEEP, NOW, "arn", {})
    kept = tuple(f"{POD} {number}" for number in range(5_000))
    execution = f"arn:aws-us-gov:states:us-gov-west-1:123456789012:execution:{'m' * 80}:{'e' * 80}"
    failed = failure_page(
        key="k",
        subject=f"Toban {TARGET}: disaster recovery check access was given up",
        cause=sentence_of("States.Runtime", "c" * 32_768),
        did=[f"drained and ended {POD}"] * 500,
        outlook=outlooks.outlook_of_sleep(DOCUMENT, target=TARGET, retry_at=NOW, now=NOW),
        runbook=book,
        execution=execution_link(execution),
    )
    observing = NOW + timedelta(days=9)
    upcoming = notices.upcoming_sleep(DOCUMENT, desired(DOCUMENT, now=NOW), observing_until=observing)
    late = notices.late_wake(
        DOCUMENT,
        awake,
        saved,
        target=TARGET,
        lead=DOCUMENT.lead,
        runbook=book,
        now=NOW + timedelta(days=1, hours=3),
    )
    assert upcoming
    assert late
    return {
        "failure": [failed],
        "upcoming": [upcoming],
        "late": [late],
        "observed": [notices.observed_sleep(asleep.reason, asleep, target=TARGET, mode=NAME)],
        "kept": notices.kept_up(TARGET, mode=NAME, kept=kept),
        "unsaved": [
            notices.unsaved_night(
                TARGET,
                since=NOW.isoformat(),
                planned_hours=1e9,
                saved_hours=1e9,
                runbook=book,
                zone=DOCUMENT.zone,
            )
        ],
        "short": short_sleeps.told(
            [ShortSleep(f'window "{NAME}"', NOW, "x")], DOCUMENT, target=TARGET, lead=timedelta(hours=4)
        ),
        "configuration": notices.refused_configuration(TARGET, ("設定 " * 200_000,)),
    }


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, str]]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        sns = boto3.client("sns", region_name="ap-northeast-1")
        yield sns, sns.create_topic(Name="pages")["TopicArn"]


@pytest.mark.parametrize("kind", list(longest()))
def test_the_longest_message_of_each_kind_is_taken_by_sns(topic: tuple[Any, str], kind: str) -> None:
    sns, arn = topic
    sent: list[dict[str, str]] = []
    sns.meta.events.register("provide-client-params.sns.Publish", lambda params, **_: sent.append(params))
    for message in longest()[kind]:
        SnsPager(sns=sns, topic=arn, docs_url=longest_docs_url()).page(message.subject, message.text)
    for params, message in zip(sent, longest()[kind], strict=True):
        assert len(params["Subject"]) <= LONGEST_SUBJECT < 100
        assert params["Subject"].isprintable()
        assert len(params["Message"].encode()) <= LARGEST_MESSAGE
        assert message.text.startswith(params["Message"][:200])


def test_only_lists_without_a_bound_are_ever_cut() -> None:
    """What a person needs in order to act stands in messages that are nowhere near the bound."""
    for kind, messages in longest().items():
        for message in messages:
            fits = len(message.text.encode()) <= LARGEST_MESSAGE // 10
            assert fits or kind in ("kept", "configuration"), kind


def test_a_message_that_is_cut_says_so_and_ends_in_a_whole_letter(topic: tuple[Any, str]) -> None:
    sns, arn = topic
    sent: list[dict[str, str]] = []
    sns.meta.events.register("provide-client-params.sns.Publish", lambda params, **_: sent.append(params))
    SnsPager(sns=sns, topic=arn).page("件名\nx", "当" * 100_000)
    assert sent[0]["Subject"] == "件名 x"
    assert "当\n… cut here" in sent[0]["Message"]


def test_a_published_versions_description_holds_the_longest_cluster_and_address() -> None:
    """Lambda takes 256 characters; the description is the cluster's name, the address and the tracing."""
    assert len(" ".join(("c" * 100, longest_docs_url(), "off"))) <= 256
