"""Signed keyset cursors: where the last page ended, in words that only this API can write.

Signed, because a forged position could ask the index for things its owner did not mean to offer; bound to the
user and the order, because a position in one list means nothing in another.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Any

import orjson

from api.errors import Problem

MAC_BYTES = 16


class Cursors:
    """Signs with the first key and reads with all, as tokens do."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        self.rotate_to(keys)

    def rotate_to(self, keys: dict[str, bytes]) -> None:
        """Signs and reads with these from now on."""
        self._keys = [hashlib.blake2b(key, key=b"cursor", digest_size=32).digest() for key in keys.values()]

    def write(self, user_id: int, order: str, value: str | int, task_id: int) -> str:
        """Returns a cursor to the position after this task."""
        text = orjson.dumps([value, task_id])
        return base64.urlsafe_b64encode(_mac(self._keys[0], user_id, order, text) + text).decode().rstrip("=")

    def read(self, user_id: int, order: str, cursor: str) -> tuple[Any, int]:
        """Returns the position behind a cursor: the sort key and the task's id.

        Raises:
            Problem: 422 if it is not a position of this user in this order.
        """
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        mac, text = raw[:MAC_BYTES], raw[MAC_BYTES:]
        if not any(hmac.compare_digest(mac, _mac(key, user_id, order, text)) for key in self._keys):
            raise Problem(422, "The cursor does not belong to this list: begin again without one.")
        value, task_id = orjson.loads(text)
        return value, int(task_id)


def _mac(key: bytes, user_id: int, order: str, text: bytes) -> bytes:
    return hashlib.blake2b(f"{user_id} {order} ".encode() + text, key=key, digest_size=MAC_BYTES).digest()
