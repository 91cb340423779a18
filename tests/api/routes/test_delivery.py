"""What is delivered is what is tested: description, image, Lambda and migrations."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
import redis
from alembic.script import ScriptDirectory

from api import lambda_handler
from api.health import Health, Hysteresis
from api.main import create_app
from api.migrations import run
from api.migrations.history import revisions
from api.mode import ModeSwitch
from api.settings import Settings, SettingsError
from api.weak_secrets import signing_keys
from tests.api.routes.conftest import KEYS

RANDOM = "0f8b6d5c4a392817f6e5d4c3b2a1"

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[3]


def test_the_committed_description_is_what_the_code_serves(settings_for: Callable[..., Settings]) -> None:
    """After a wanted change: python -m api.print_openapi > api/openapi.json."""
    served = create_app(settings_for()).openapi()

    assert json.loads((ROOT / "api/openapi.json").read_text()) == served


def test_the_image_is_small_nobodys_and_starts_commands_that_exist() -> None:
    text = (ROOT / "Dockerfile").read_text()

    assert text.count("\nFROM ") == 2
    assert "USER 10001:10001" in text
    assert "--require-hashes" in text
    for source in re.findall(r"^COPY (?!--from)(\S+)", text, re.MULTILINE):
        assert (ROOT / source).exists(), source
    refused = subprocess.run(
        [sys.executable, "-m", "api"], env={"JWT_KEYS": "k:x"}, cwd=ROOT, capture_output=True, check=False
    )
    assert refused.returncode == 2
    assert b"DATABASE_URL" in refused.stderr


async def _nothing() -> None: ...


@pytest.fixture
def cold_start(monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str) -> Iterator[None]:
    """A Lambda process that has answered nothing yet, in a thread without a current event loop."""
    for name, value in {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "JWT_KEYS": KEYS}.items():
        monkeypatch.setenv(name, value)
    asyncio.run(_nothing())  # what unsets the thread's current loop in any process that calls it
    lambda_handler.warm.cache_clear()
    yield
    lambda_handler.warm().close()
    lambda_handler.warm.cache_clear()


def lambda_event(path: str, method: str = "GET", *, body: Any = None, **headers: str) -> dict[str, Any]:
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "x", "content-type": "application/json"}
        | {name.replace("_", "-"): value for name, value in headers.items()},
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "203.0.113.9"}},
        "isBase64Encoded": False,
        "body": json.dumps(body) if body is not None else "",
    }


@pytest.mark.usefixtures("cold_start")
def test_lambda_answers_like_the_server() -> None:
    first = lambda_handler.handler(lambda_event("/health"), None)
    second = lambda_handler.handler(lambda_event("/api/v1/tasks"), None)

    assert (first["statusCode"], json.loads(first["body"])["status"]) == (200, "alive")
    assert second["statusCode"] == 401
    assert second["headers"]["content-type"] == "application/problem+json"


@pytest.mark.usefixtures("cold_start")
@pytest.mark.parametrize("path", ["/metrics", "/ready", "/startup"])
def test_lambda_tells_strangers_nothing_of_what_the_cluster_asks(path: str) -> None:
    assert lambda_handler.handler(lambda_event(path), None)["statusCode"] == 404


@pytest.mark.usefixtures("cold_start")
def test_lambda_keeps_an_event_loop_of_its_own_whatever_the_process_does_with_others() -> None:
    answers = []
    for _ in range(3):
        answers.append(lambda_handler.handler(lambda_event("/health"), None)["statusCode"])
        asyncio.run(_nothing())
        with pytest.raises(RuntimeError, match="no current event loop"):
            asyncio.get_event_loop_policy().get_event_loop()

    assert answers == [200] * 3


@pytest.mark.usefixtures("cold_start")
@pytest.mark.parametrize("claimed", ["", "198.51.100.1, ", "evil, 198.51.100.1,"])
def test_behind_a_load_balancer_lambda_believes_the_balancer_and_not_the_caller(claimed: str) -> None:
    account = {"username": "behind-a-balancer", "password": "correct horse battery"}

    def ask(method: str, path: str, body: Any = None, **more: str) -> dict[str, Any]:
        headers = {"host": "x", "content-type": "application/json", **more}
        event = {
            "requestContext": {"elb": {"targetGroupArn": "arn"}},
            "httpMethod": method,
            "path": "/api/v1/" + path,
            "queryStringParameters": {},
            "headers": headers | {"x-forwarded-for": claimed + "203.0.113.7", "x-forwarded-proto": "https"},
            "body": json.dumps(body) if body else "",
            "isBase64Encoded": False,
        }
        answer = lambda_handler.handler(event, None)
        text = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"]
        found: dict[str, Any] = json.loads(text)
        return found

    ask("POST", "auth/register", {**account, "email": "behind@example.org"})
    token = ask("POST", "auth/login", account)["access_token"]
    sessions = ask("GET", "sessions", authorization=f"Bearer {token}")["items"]

    assert {session["ip"] for session in sessions} == {"203.0.113.7"}


@pytest.mark.usefixtures("cold_start")
def test_lambda_serves_a_person_from_registration_to_deletion_and_stores_before_it_is_frozen(
    redis_url: str,
) -> None:
    account = {"username": "lambda-ann", "password": "correct horse battery"}

    def ask(method: str, path: str, status: int, body: Any = None, **headers: str) -> dict[str, Any]:
        answer = lambda_handler.handler(lambda_event("/api/v1/" + path, method, body=body, **headers), None)
        assert answer["statusCode"] == status, answer
        return answer

    ask("POST", "auth/register", 201, {**account, "email": "lambda-ann@example.org"})
    token = json.loads(ask("POST", "auth/login", 200, account)["body"])["access_token"]
    mine = {"authorization": f"Bearer {token}"}
    created = ask("POST", "tasks", 201, {"title": "from Lambda"}, **mine)
    task = json.loads(created["body"])
    path = f"tasks/{task['id']}"
    first = ask("GET", path, 200, **mine)
    with redis.Redis.from_url(redis_url) as client:
        assert len(client.keys("answer4:*")) == 1
    ask("GET", path, 304, **mine, if_none_match=first["headers"]["etag"])
    ask("PATCH", path, 200, {"status": "DONE"}, **mine, if_match=first["headers"]["etag"])
    ask("DELETE", path, 204, **mine, if_match='"2"')


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ("k1:changeme", "default"),
        ("k1:my-secret-key-that-is-long-enough-for-all", "default"),
        ("k1:tiny", "short"),
        ("k1:" + "a" * 64, "simple"),
        ("k1:" + "abcdefgh" * 4, "simple"),
        ("k1:abcdefghijklmnopqrstuvwxyz0123456789", "simple"),
        ("k1:" + "0f8b6d5c4a392817" * 2, "simple"),
        ("just-a-word", "kid:secret"),
        (f"k1:{RANDOM}0123,k1:{RANDOM}4567", "twice"),
    ],
)
def test_a_weak_or_malformed_key_is_refused_in_a_sentence_that_does_not_repeat_it(
    keys: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://x@127.0.0.1/x")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1")
    monkeypatch.setenv("JWT_KEYS", keys)

    with pytest.raises(SettingsError, match=why) as refusal:
        Settings.from_environment()

    assert keys.rsplit(":", maxsplit=1)[-1] not in str(refusal.value)


@pytest.mark.parametrize(
    ("database", "redis_url", "which"),
    [
        ("postgresql://app:postgres@db.internal/x", "redis://cache", "db.internal"),
        ("postgresql://app:app@db.internal/x", "redis://cache", "db.internal"),
        ("postgresql://app:change%2Dme-change-me@db.internal/x", "redis://cache", "db.internal"),
        ("postgresql://app:0f8b6d5c4a392817@db.internal/x", "redis://:short@cache", "cache"),
        ("postgresql://app:0f8b6d5c4a392817@db.internal/x", "http://cache", "REDIS_URL"),
        ("mysql://app:0f8b6d5c4a392817@db.internal/x", "redis://cache", "DATABASE_URL"),
    ],
)
def test_a_servers_default_or_short_password_is_refused_at_boot_unless_it_is_on_loopback(
    database: str, redis_url: str, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"DATABASE_URL": database, "REDIS_URL": redis_url, "JWT_KEYS": KEYS}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=which):
        Settings.from_environment()

    monkeypatch.setenv("DATABASE_URL", "postgresql://app:app@127.0.0.1/x")
    monkeypatch.setenv("REDIS_URL", "rediss://cache")
    assert Settings.from_environment().port == 8080


def test_two_keys_may_live_at_once_and_the_first_one_signs() -> None:
    assert list(signing_keys(f"new:{RANDOM}0123,old:{RANDOM}4567")) == ["new", "old"]


def test_three_bad_looks_in_a_row_take_a_replica_out_and_one_good_brings_it_back() -> None:
    opinion = Hysteresis()
    looks = [True, False, False, True, False, False, False, True]

    assert [opinion.observe(good=look) for look in looks] == [True, True, True, True, True, True, False, True]


def test_a_draining_replica_is_alive_but_not_ready() -> None:
    health = Health(ModeSwitch(None), database=Hysteresis(good=True), schema_fits=True)
    assert health.reasons() == []

    health.draining = True

    assert health.reasons() == ["draining"]


def test_the_cheap_reading_of_the_history_is_alembics() -> None:
    script = ScriptDirectory(str(ROOT / "api/migrations"))

    assert revisions() == tuple(item.revision for item in script.walk_revisions())[::-1]


SEED_USER = "INSERT INTO users (username, email, password_hash) VALUES ($1, $2, 'x') RETURNING id"
SEED_TASK = (
    "INSERT INTO tasks (user_id, title, description, due_date) VALUES ($1, 't', NULL, now()) RETURNING id"
)


async def _previous_release(url: str, number: int) -> None:
    """What code that knows only the design's columns does with them."""
    connection = await asyncpg.connect(url)
    try:
        user = await connection.fetchval(SEED_USER, f"u{number}", f"u{number}@example.org")
        task = await connection.fetchval(SEED_TASK, user)
        await connection.execute(
            "UPDATE tasks SET status = 'DONE', updated_at = CURRENT_TIMESTAMP WHERE id = $1 AND user_id = $2",
            task,
            user,
        )
        row = await connection.fetchrow("SELECT title, status, priority FROM tasks WHERE user_id = $1", user)
        assert tuple(row or ()) == ("t", "DONE", "MEDIUM")
        await connection.execute(
            "DELETE FROM tasks WHERE id = $1", await connection.fetchval(SEED_TASK, user)
        )
    finally:
        await connection.close()


def test_the_first_releases_code_runs_after_every_step_and_the_way_back_is_open(
    empty_database_url: str,
) -> None:
    for number, revision in enumerate(revisions()):
        run.upgrade(empty_database_url, revision)
        asyncio.run(_previous_release(empty_database_url, number))
    run.downgrade(empty_database_url, "0001")
    asyncio.run(_previous_release(empty_database_url, 99))
    run.upgrade(empty_database_url)
    asyncio.run(_previous_release(empty_database_url, 100))
    run.downgrade(empty_database_url, "base")
