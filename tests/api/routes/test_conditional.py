"""Preconditions are held by the letter of RFC 9110: lists, `*`, weak and strong tags, dates, their order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from api.conditional import Tags, last_modified, preconditions, read_tags, verdict
from tests.api.routes.conftest import Person

if TYPE_CHECKING:
    import httpx

Someone = Callable[[], Awaitable[Person]]
SAME, FAILED = HTTPStatus.NOT_MODIFIED, HTTPStatus.PRECONDITION_FAILED
CHANGED = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
AT, BEFORE, AFTER = (f"Wed, 04 Mar 2026 05:06:0{second} GMT" for second in (7, 6, 8))


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ('"a"', Tags(('"a"',))),
        ('W/"a"', Tags(('W/"a"',))),
        ('"a", W/"b" ,"c"', Tags(('"a"', 'W/"b"', '"c"'))),
        (', "a",, "b" ,', Tags(('"a"', '"b"'))),
        ('"a,b"', Tags(('"a,b"',))),
        ('""', Tags(('""',))),
        (" * ", Tags(any=True)),
        ('*, "a"', None),
        ("a", None),
        ('w/"a"', None),
        ('"a" "b"', None),
        ('"a', None),
        ("", None),
    ],
)
def test_a_list_of_tags_is_read_as_the_grammar_has_it(text: str, tags: Tags | None) -> None:
    assert read_tags(text) == tags


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"if-none-match": '"7"'}, SAME),
        ({"if-none-match": 'W/"7"'}, SAME),
        ({"if-none-match": '"1", W/"7"'}, SAME),
        ({"if-none-match": "*"}, SAME),
        ({"if-none-match": '"77"'}, None),
        ({"if-none-match": "7"}, None),
        ({"if-match": '"7"'}, None),
        ({"if-match": '"1", "7"'}, None),
        ({"if-match": "*"}, None),
        ({"if-match": 'W/"7"'}, FAILED),
        ({"if-match": '"8"'}, FAILED),
        ({"if-modified-since": AT}, SAME),
        ({"if-modified-since": AFTER}, SAME),
        ({"if-modified-since": BEFORE}, None),
        ({"if-modified-since": "Wednesday, 04-Mar-26 05:06:07 GMT"}, SAME),
        ({"if-modified-since": "Wed Mar  4 05:06:07 2026"}, SAME),
        ({"if-modified-since": "Wed, 04 Mar 2026 05:06:07 +0900"}, None),
        ({"if-modified-since": "2026-03-04T05:06:07Z"}, None),
        ({"if-unmodified-since": AT}, None),
        ({"if-unmodified-since": BEFORE}, FAILED),
        ({"if-unmodified-since": "soon"}, None),
        # The order of section 13.2.2: tags before dates, and dates unheard beside tags.
        ({"if-match": '"7"', "if-unmodified-since": BEFORE}, None),
        ({"if-none-match": '"8"', "if-modified-since": AT}, None),
        ({"if-match": '"8"', "if-none-match": '"7"'}, FAILED),
        ({"if-match": '"7"', "if-none-match": '"7"'}, SAME),
    ],
)
def test_preconditions_of_a_read_are_held_in_their_order(
    headers: dict[str, str], expected: HTTPStatus | None
) -> None:
    asked = preconditions((name.encode(), value.encode()) for name, value in headers.items())

    assert verdict(asked, '"7"', CHANGED) is expected


def test_a_date_is_unheard_where_nobody_knows_when_a_thing_changed() -> None:
    assert verdict({b"if-modified-since": AFTER, b"if-unmodified-since": BEFORE}, '"7"', None) is None


def test_a_list_in_two_lines_is_one_list() -> None:
    assert preconditions([(b"if-match", b'"1"'), (b"x", b"y"), (b"if-match", b'"2"')]) == {
        b"if-match": '"1", "2"'
    }


def test_in_the_second_of_a_change_no_date_is_told() -> None:
    """Another change may follow in it, and would have the same date."""
    moment = datetime(2026, 3, 4, 5, 6, 7, 900_000)  # noqa: DTZ001 - the column carries no zone

    assert last_modified(moment, CHANGED.timestamp() + 0.99) == ""
    assert last_modified(moment, CHANGED.timestamp() + 1) == AT


async def test_a_write_takes_a_list_of_the_versions_it_knows(person: Someone) -> None:
    someone = await person()
    path = f"/api/v1/tasks/{(await someone.make())['id']}"

    async def change(if_match: str) -> httpx.Response:
        return await someone.ask("PATCH", path, json={"status": "DONE"}, if_match=if_match)

    codes = [
        (await change(tags)).status_code
        for tags in ('"9", "1"', '"1"', 'W/"2"', '"x"', '"1" "2"', '"2", W/"3"', "*", '"0"')
    ]

    assert codes == [200, 412, 412, 412, 400, 200, 200, 412]


async def test_a_write_is_not_done_on_a_date_nor_on_if_none_match(person: Someone) -> None:
    someone = await person()
    task = await someone.make()
    path, change = f"/api/v1/tasks/{task['id']}", {"title": "x"}

    dated = await someone.ask("PATCH", path, json=change, if_unmodified_since=AFTER)
    negated = await someone.ask("PATCH", path, json=change, if_match="*", if_none_match='"2"')

    assert (dated.status_code, negated.status_code) == (428, 400)
    assert (await someone.ask("GET", path)).json()["version"] == 1


async def test_reads_hold_preconditions_from_the_database_and_from_the_cache_alike(person: Someone) -> None:
    someone = await person()
    path = f"/api/v1/tasks/{(await someone.make())['id']}"

    for _ in range(2):
        answers = [
            await someone.ask(verb, path, **asked)
            for verb in ("GET", "HEAD")
            for asked in ({"if_match": '"2"'}, {"if_match": 'W/"1"'}, {"if_none_match": '"x", "1"'}, {})
        ]
        assert [answer.status_code for answer in answers] == [412, 412, 304, 200] * 2
        same = answers[2]
        assert (same.headers["etag"], same.headers["cache-control"]) == ('"1"', "private, no-cache")
    assert answers[0].headers["content-type"] == "application/problem+json"
