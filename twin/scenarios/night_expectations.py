"""Expectations about single nights: who decided what when, who was told, and how many nodes ran."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from twin.scenarios.scenario import Expectation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.scenarios.scenario import Outcome
    from twin.timeline import Entry

TOKYO = ZoneInfo("Asia/Tokyo")
TICK = timedelta(minutes=10)


def tokyo(text: str) -> datetime:
    """Reads wall-clock time of Tokyo, such as `2026-12-11 22:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO).astimezone(UTC)


def nodes_at(environment: str, wanted: dict[str, float], sentence: str) -> Expectation:
    """Holds when an environment has so many Ready nodes at each instant of Tokyo."""

    def check(outcome: Outcome) -> Iterator[str]:
        for text, count in wanted.items():
            found = outcome.environments[environment].nodes.at(tokyo(text))
            if found != count:
                yield f"{environment} had {found:g} nodes at {text} instead of {count:g}"

    return Expectation(
        sentence, check, lambda _outcome: ", ".join(f"{n:g} at {t[5:]}" for t, n in wanted.items())
    )


def decisions(
    environment: str, wanted: list[tuple[str, datetime]], *, between: tuple[datetime, datetime], sentence: str
) -> Expectation:
    """Holds when exactly these decisions fall between two instants, each within a tick after its own."""

    def check(outcome: Outcome) -> Iterator[str]:
        found = [
            (entry.what, entry.at)
            for entry in outcome.timeline.of("decision")
            if entry.subject == environment
            and entry.what != "nothing"
            and between[0] <= entry.at < between[1]
        ]
        right = len(found) == len(wanted) and all(
            what == asked and due <= at <= due + TICK
            for (what, at), (asked, due) in zip(found, wanted, strict=True)
        )
        if not right:
            yield f"{environment} decided {[(what, f'{at:%d %H:%M} UTC') for what, at in found]}"

    return Expectation(sentence, check)


def told(kind: str, phrase: str, sentence: str, *, times: int | None = None) -> Expectation:
    """Holds when a phrase stands in the entries of one kind, so many times where a number is given."""

    def found(outcome: Outcome) -> list[Entry]:
        return [entry for entry in outcome.timeline.of(kind) if phrase in f"{entry.what} {entry.why}"]

    def check(outcome: Outcome) -> Iterator[str]:
        count = len(found(outcome))
        if count == 0 or times not in (None, count):
            yield f"{kind} with {phrase!r} came {count} times"

    return Expectation(sentence, check)


def only_pages(phrases: tuple[str, ...], sentence: str) -> Expectation:
    """Holds when every page is about one of these."""

    def check(outcome: Outcome) -> Iterator[str]:
        for page in outcome.timeline.of("page"):
            if not any(phrase in f"{page.what} {page.why}" for phrase in phrases):
                yield f"{page.what}: {page.why[:120]}"

    return Expectation(sentence, check, lambda outcome: f"{len(outcome.timeline.of('page'))} pages")


def sizes_after(environment: str, group: str, sizes: tuple[int, int, int], sentence: str) -> Expectation:
    """Holds when a node group ends with this min, desired and max, and with no snapshot or lock left."""

    def check(outcome: Outcome) -> Iterator[str]:
        after = outcome.after[environment]
        if after.nodegroups[group] != sizes:
            yield f"{environment}/{group} ended with {after.nodegroups[group]}"
        if after.snapshots or after.locks:
            yield f"{environment} has {after.snapshots} snapshots and {after.locks} locks left"

    return Expectation(sentence, check)
