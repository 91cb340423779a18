"""What schemathesis cannot know: how to sign in, and which values only the API itself can make."""

from __future__ import annotations

import json
import os
import urllib.request
import uuid
from typing import Any

import schemathesis

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
    """Leaves a cursor out, which must be signed, and uses each key once; both only where data is good."""
    if not case.meta or not case.meta.generation.mode.is_positive:
        return
    if case.query:
        case.query.pop("cursor", None)
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
