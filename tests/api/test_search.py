"""Any piece of a sentence without spaces finds its task; words between spaces are found as whole words."""

from __future__ import annotations

import asyncio
import importlib
import re
from typing import TYPE_CHECKING

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.migrations import run
from api.tasks.search import UNSPACED, query_of
from tests.api.conftest import _administer, _of_database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from api import servers as real

FOUND = "SELECT task_words($1, $2) @@ websearch_to_tsquery('simple', $3)"
LETTERS = "会議準備するのをカイギ々〆ーｶ회의를การประชุมကြည့်ພາສາខ្មែរབོད𠮷a1é -\"'\\:&|!"


@pytest.fixture(scope="module", params=["C", "C.UTF-8"])
def tongue_url(servers: real.Pair, migrated_template: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database in which letters are bytes, as on a laptop, and one in which they are letters, as on RDS."""
    name = f"toban_tongue_{request.param.replace('-', '').replace('.', '').lower()}"

    _administer(
        servers.admin_url,
        f"DROP DATABASE IF EXISTS {name}",
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE '{request.param}'",
    )
    run.upgrade(_of_database(servers.admin_url, name))
    yield _of_database(servers.admin_url, name)
    _administer(servers.admin_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def tongue(tongue_url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(tongue_url)
    yield connection
    await connection.close()


@pytest.mark.parametrize(
    ("title", "asked", "finds"),
    [
        ("会議の準備をする", "会議", True),
        ("会議の準備をする", "準備", True),
        ("会議の準備をする", "の準", True),
        ("会議の準備をする", "会", True),
        ("会議の準備をする", "る", True),
        ("会議の準備をする", "会議の準備をする", True),
        ("会議の準備をする", "会議 準備", True),
        ("会議の準備をする", '"準備を"', True),
        ("会議の準備をする", "会準", False),
        ("会議の準備をする", "議会", False),
        ("会議の準備をする", "会議 -準備", False),
        ("会議の準備をする", "会議 -昼食", True),
        ("会議の準備をする", "昼食 OR 準備", True),
        ("会 議", "会議", False),
        ("iPhoneの修理", "iphone", True),
        ("iPhoneの修理", "iPhoneの修理", True),
        ("iPhoneの修理", "phone", False),
        ("ｶｲｷﾞ資料", "カイギ", True),
        ("カイギ資料", "ｶｲｷﾞ", True),
        ("회의를 준비", "회의", True),
        ("ประชุมวันจันทร์", "วันจันทร์", True),
        ("吉野家と𠮷野家", "𠮷野", True),
        ("Buy green tea", "tea green", True),
        ("Buy green tea", '"green tea"', True),
        ("Buy green tea", '"tea green"', False),
        ("Buy green tea", "gree", False),
        ("Buy green tea", "buy -coffee", True),
        ("Buy green tea", '-"green tea"', False),
    ],
)
async def test_a_task_is_found_by(
    tongue: asyncpg.Connection[asyncpg.Record], title: str, asked: str, *, finds: bool
) -> None:
    assert await tongue.fetchval(FOUND, title, None, query_of(asked)) is finds
    assert await tongue.fetchval(FOUND, "x", title, query_of(asked)) is finds


async def test_every_piece_of_every_run_finds_it(tongue: asyncpg.Connection[asyncpg.Record]) -> None:
    for text in (
        "会議の準備をする々ー",
        "การประชุมวันจันทร์",
        "ကြည့်ရှုသည်",
        "ພາສາລາວ",
        "ភាសាខ្មែរ",
        "བོདསྐད",
        "회의를준비",
    ):
        pieces = {text[start:end] for start in range(len(text)) for end in range(start + 1, len(text) + 1)}
        missed = [piece for piece in pieces if not await tongue.fetchval(FOUND, text, None, query_of(piece))]
        assert missed == [], text


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.text(LETTERS, max_size=60), st.text(LETTERS, min_size=1, max_size=20)), max_size=10)
)
async def test_no_text_and_no_question_is_an_error(
    tongue: asyncpg.Connection[asyncpg.Record], pairs: list[tuple[str, str]]
) -> None:
    for text, asked in pairs:
        await tongue.fetchval(FOUND, text, text[::-1], query_of(asked))


async def test_the_longest_description_without_a_space_is_a_document(
    tongue: asyncpg.Connection[asyncpg.Record],
) -> None:
    text = "".join(chr(0x4E00 + number * 7 % 5000) for number in range(9_990)) + "最後の言葉"

    assert await tongue.fetchval(FOUND, "x", text[:9_999], query_of("の言"))


def test_the_migration_knows_the_same_scripts_as_the_code() -> None:
    migration = importlib.import_module("api.migrations.versions.0009_task_words")
    everything = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))

    assert re.findall(f"[{migration.UNSPACED}]", everything) == re.findall(f"[{UNSPACED}]", everything)


async def test_filling_old_rows_is_no_change_of_a_task(empty_database_url: str) -> None:
    await asyncio.to_thread(run.upgrade, empty_database_url, "0008")
    connection = await asyncpg.connect(empty_database_url)
    await connection.execute("INSERT INTO users (username, email, password_hash) VALUES ('u', 'u', 'x')")
    await connection.execute(
        "INSERT INTO tasks (user_id, title) SELECT 1, '会議' || n FROM generate_series(1, 2500) n"
    )
    versions = "SELECT id, version, updated_at FROM tasks ORDER BY id"
    before = await connection.fetch(versions)

    await asyncio.to_thread(run.upgrade, empty_database_url, "0009")
    await connection.execute(
        "UPDATE tasks SET status = 'DONE' WHERE id = 1"
    )  # by whoever does not know words
    await asyncio.to_thread(run.upgrade, empty_database_url)
    after = await connection.fetch(versions)
    found = await connection.fetchval(
        "SELECT count(*) FROM tasks WHERE words @@ websearch_to_tsquery('simple', $1)", query_of("会議")
    )
    await connection.close()
    await asyncio.to_thread(run.downgrade, empty_database_url, "base")

    assert (before[1:], before[0]["version"] + 1) == (after[1:], after[0]["version"])
    assert found == 2500


async def test_filling_waits_for_no_lock_and_holds_none(empty_database_url: str) -> None:
    await asyncio.to_thread(run.upgrade, empty_database_url, "0009")
    connection, other = [await asyncpg.connect(empty_database_url) for _ in range(2)]
    await connection.execute("INSERT INTO users (username, email, password_hash) VALUES ('u', 'u', 'x')")
    await connection.execute("INSERT INTO tasks (user_id, title) SELECT 1, 't' FROM generate_series(1, 1500)")
    await connection.execute("UPDATE tasks SET words = NULL")
    transaction = other.transaction()
    await transaction.start()
    await other.execute("SELECT FROM tasks WHERE id = 7 FOR UPDATE")

    filling = asyncio.create_task(asyncio.to_thread(run.upgrade, empty_database_url, "0010"))
    while await connection.fetchval("SELECT count(*) FROM tasks WHERE words IS NULL") != 1:
        assert not filling.done()
    await connection.execute("SET lock_timeout = '1s'")
    await connection.execute("UPDATE tasks SET status = 'DONE' WHERE id <> 7")
    await transaction.rollback()
    await filling

    assert await connection.fetchval("SELECT count(*) FROM tasks WHERE words IS NULL") == 0
    for each in (connection, other):
        await each.close()
    await asyncio.to_thread(run.downgrade, empty_database_url, "base")
