"""What schemathesis cannot know: how to sign in, and which values only the API itself can make."""

from __future__ import annotations

import json
import os
import urllib.request
import uuid
from typing import Any

import schemathesis

WORDS = "otter kettle violin "
_LOGIN = os.environ["API_URL"] + "/api/v1/auth/login"
_ACCOUNT = os.environ["API_ACCOUNT"].encode()
_JSON = {"content-type": "application/json"}


@schemathesis.auth(refresh_interval=None)
class Bearer:
    """A session for each request, because some requests end the session that they are made in."""

    def get(self, case: Any, context: Any) -> str:
        request = urllib.request.Request(_LOGIN, _ACCOUNT, _JSON)  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
            return str(json.load(answer)["access_token"])

    def set(self, case: Any, data: str, context: Any) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Leaves a cursor out, which must be signed, and uses each key once; all of it only where data is good.

    JSON Schema cannot tell 1.0 from 1; we take an integer in digits alone.
    """
    if not case.meta or not case.meta.generation.mode.is_positive:
        return
    if case.query:
        case.query.pop("cursor", None)
    if isinstance(case.body, dict):
        case.body = _in_digits(case.body)
        for name in ("password", "new_password"):
            if isinstance(
                case.body.get(name), str
            ):  # which are guessed soon no schema says; NUL slips past a pattern
                case.body[name] = WORDS + case.body[name][:100].replace("\0", "")
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = uuid.uuid4().hex


def _in_digits(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _in_digits(item) for name, item in value.items()}
    return [_in_digits(item) for item in value] if isinstance(value, list) else value
