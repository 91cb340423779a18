"""Idempotency-Key: the same request sent twice has one effect and one answer.

What was answered is stored in the transaction of the effect. A second request waits for the first one's
commit at the unique key, and then finds either its answer or, if it failed, nothing in the way.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import orjson
from fastapi import Request, Response

from api.errors import Problem
from api.responses import to_json
from api.tasks.statements import COLUMNS

if TYPE_CHECKING:
    from api.database import Database

KEY: Final = r'^"?[!#-~]([ !#-~]{0,252}[!#-~])?"?$'
"""A token, or a string of RFC 8941 without escapes."""
_MOMENTS: Final = ("due_date", "created_at", "updated_at")
FIND: Final = "SELECT fingerprint, response::text FROM idempotency_keys WHERE user_id = $1 AND key = $2"
CLAIM: Final = """
INSERT INTO idempotency_keys (user_id, key, fingerprint, response) VALUES ($1, $2, $3, 'null'::jsonb)
ON CONFLICT DO NOTHING RETURNING key
"""
KEEP: Final = "UPDATE idempotency_keys SET response = to_jsonb($3::text) WHERE user_id = $1 AND key = $2"


def key_of(request: Request) -> str | None:
    """Returns the header's key; None if the caller sent none.

    Raises:
        Problem: 400 if it is empty, longer than 255 or has characters that no header should have.
    """
    key = request.headers.get("idempotency-key")
    if key is not None and not re.match(KEY, key):
        raise Problem(400, "An Idempotency-Key has 1 to 255 printable ASCII characters.")
    return key.strip('"') if key else None


async def fingerprint(request: Request) -> bytes:
    """Returns a hash of what makes two requests the same: where they go and what they say."""
    return hashlib.blake2b(request.url.path.encode() + b"\n" + await request.body(), digest_size=32).digest()


async def replay(database: Database, user_id: int, key: str, digest: bytes) -> Response:
    """Returns the stored answer once more.

    Raises:
        Problem: 422 if the key belongs to another request; 409 if its first request is not done yet.
    """
    row = await database.fetchrow(FIND, user_id, key)
    if row is None:
        raise Problem(409, "The first request with this Idempotency-Key is not done: try again.")
    if bytes(row["fingerprint"]) != digest:
        raise Problem(422, "This Idempotency-Key belongs to another request.")
    stored = orjson.loads(row["response"])
    headers = {"Idempotent-Replayed": "true"}
    if isinstance(stored, str):
        return Response(stored.encode(), 200, headers, "application/json")
    task = _task(stored)
    headers |= {"ETag": f'"{task["version"]}"', "Location": f"/api/v1/tasks/{task['id']}"}
    return Response(to_json(task), 201, headers, "application/json")


def _task(stored: dict[str, Any]) -> dict[str, Any]:
    """Returns a stored row in the form in which it was answered first."""
    task = {name: stored[name] for name in COLUMNS.split(", ")}
    for name in _MOMENTS:
        if task[name] is not None:
            task[name] = datetime.fromisoformat(task[name])
    return task
