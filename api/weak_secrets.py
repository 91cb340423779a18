"""Refuses secrets that anybody could guess: a default, a short one, one of few different characters."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import Final
from urllib.parse import unquote, urlsplit

MIN_SECRET_BYTES: Final = 32
"""HMAC-SHA-256 is no stronger than its key, and RFC 7518 section 3.2 asks for one as long as the hash."""

MIN_PASSWORD: Final = 12
"""As for the users of this API."""

_PIECE: Final = 8
_LEAST_BITS: Final = 96
"""By the frequencies of its own characters; `openssl rand -hex 16` has about 110."""

_DEFAULTS: Final = (
    "changeme",
    "changethis",
    "change-me",
    "change_me",
    "secret",
    "password",
    "default",
    "example",
)


def refuse_weak_password(url: str) -> None:
    """Refuses a server's password that anybody could guess, unless it is on loopback; none at all is fine."""
    address = urlsplit(url)
    if not address.password or address.hostname in {"localhost", "127.0.0.1", "::1"}:
        return
    password = unquote(address.password)
    if len(password) < MIN_PASSWORD or password == address.username or _is_default(password):
        raise ValueError(
            f"the password of the server {address.hostname} is a default or shorter than {MIN_PASSWORD}"
            " characters: make one with `openssl rand -hex 24`"
        )


def _is_default(secret: str) -> bool:
    return any(word in secret.lower() for word in _DEFAULTS)


def _is_simple(secret: str) -> bool:
    """Whether a key is unlike what a random source gives: of few characters, repeated, or in a row.

    In 64 random hexadecimal characters the chance that any eight come twice is below one in a million, and so
    is that of eight in a row of their order.
    """
    share = Counter(secret)
    bits = -sum(math.log2(count / len(secret)) for count in share.values() for _ in range(count))
    pieces = Counter(secret[place : place + _PIECE] for place in range(len(secret) - _PIECE + 1))
    steps = [ord(after) - ord(before) for before, after in pairwise(secret)]
    in_a_row = any(
        len(set(steps[place : place + _PIECE - 1])) == 1 for place in range(len(steps) - _PIECE + 2)
    )
    return bits < _LEAST_BITS or max(pieces.values()) > 1 or in_a_row


def signing_keys(text: str) -> dict[str, bytes]:
    """Returns the keys in `kid:secret,kid:secret` by their kid, and refuses each that could be guessed.

    Raises:
        ValueError: for a malformed pair, a repeated kid, or a secret that is short, repetitive or a known
        default.
    """
    keys: dict[str, bytes] = {}
    for pair in text.split(","):
        kid, colon, secret = pair.strip().partition(":")
        if not (kid and colon):
            raise ValueError('JWT_KEYS must read "kid:secret", comma-separated (the first signs)')
        if kid in keys:
            raise ValueError(f"JWT_KEYS names the kid {kid!r} twice: give each key its own")
        if _is_default(secret):
            raise ValueError(
                f"the secret of the JWT key {kid!r} is a default: make one with `openssl rand -hex 32`"
            )
        if len(secret.encode()) < MIN_SECRET_BYTES or _is_simple(secret):
            raise ValueError(
                f"the secret of the JWT key {kid!r} is short or simple (it needs {MIN_SECRET_BYTES} random "
                "characters): make one with `openssl rand -hex 32`"
            )
        keys[kid] = secret.encode()
    return keys
