"""Demo data, sown through the API itself, as a user would."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

from api.clock import wall_clock

USER = "demo"
_TASKS = (
    ("Read the night's report", "HIGH", 1),
    ("Answer the auditors", "MEDIUM", 26),
    ("Try a restore in the recovery Region", "HIGH", 50),
    ("Water the plants", "LOW", None),
)
_TIMEOUT_S = 10.0
_CONFLICT = 409


def seed(url: str, *, password: str) -> None:
    """Makes the demo user and some tasks; a user who is there already keeps what it has.

    Raises:
        urllib.error.HTTPError: the API refused.
    """
    try:
        _post(url, "auth/register", {"username": USER, "email": "demo@example.com", "password": password})
    except urllib.error.HTTPError as error:
        if error.code != _CONFLICT:
            raise
        return
    token = _post(url, "auth/login", {"username": USER, "password": password})["access_token"]
    now = datetime.fromtimestamp(wall_clock(), UTC)
    for title, priority, hours in _TASKS:
        due = None if hours is None else (now + timedelta(hours=hours)).isoformat()
        _post(url, "tasks", {"title": title, "priority": priority, "due_date": due}, token=token)


def _post(url: str, path: str, body: dict[str, Any], *, token: str | None = None) -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(  # noqa: S310 - our own API on loopback
        f"{url}/api/v1/{path}", json.dumps(body).encode(), headers
    )
    with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - the same
        return json.load(answer)
