"""Signed tokens: one that opens the API for 15 minutes at most, one that renews it."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import jwt

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.clock import Clock

ISSUER: Final = "toban"
ACCESS: Final = "task-api"
REFRESH: Final = "task-api/refresh"
_SAID: Final[dict[str, Callable[[Any], Any]]] = {
    "sub": int,
    "sid": str,
    "gen": int,
    "exp": float,
    "jti": str,
    "iat": float,
}
MAX_REMEMBERED: Final = 4096
"""Verified tokens remembered; checking a signature costs more than the rest of the gate."""


class Claims(NamedTuple):
    """What a valid token says; `token` is its own id, moments are seconds since 1970."""

    user_id: int
    session: str
    generation: int
    expires: float
    token: str = ""
    issued: float = 0.0


class Tokens:
    """Signs with the first key, verifies with all: a key can be changed without signing anybody out."""

    def __init__(self, keys: dict[str, bytes], *, access_s: int, refresh_s: int, clock: Clock) -> None:
        self._lives = {ACCESS: access_s, REFRESH: refresh_s}
        self._clock = clock
        self.rotate_to(keys)

    def rotate_to(self, keys: dict[str, bytes]) -> None:
        """Signs and verifies with these from now on; a token of any other key is refused at once."""
        self._keys = keys
        self._kid = next(iter(keys))
        self._verified: dict[bytes, Claims] = {}

    def issue(self, audience: str, user_id: int, session: str, generation: int = 0) -> str:
        """Returns a signed token for one of the two audiences."""
        now = int(self._clock())
        claims = {
            "iss": ISSUER,
            "aud": audience,
            "sub": str(user_id),
            "sid": session,
            "gen": generation,
            "jti": secrets.token_hex(8),
            "iat": now,
            "exp": now + self._lives[audience],
        }
        return jwt.encode(claims, self._keys[self._kid], algorithm="HS256", headers={"kid": self._kid})

    def verify_access(self, token: bytes) -> Claims | None:
        """Verifies an access token: by signature once, then from memory until it expires; None refuses it."""
        digest = hashlib.blake2b(token, digest_size=16).digest()
        claims = self._verified.get(digest)
        if claims is None:
            claims = self.verify(ACCESS, token)
            if claims is None:
                return None
            if len(self._verified) >= MAX_REMEMBERED:
                self._verified.pop(next(iter(self._verified)))
            self._verified[digest] = claims
        if claims.expires <= self._clock():
            del self._verified[digest]
            return None
        return claims

    def verify(self, audience: str, token: bytes | str) -> Claims | None:
        """Verifies signature, issuer, audience and age; returns None if one of them is wrong."""
        try:
            key = self._keys[str(jwt.get_unverified_header(token)["kid"])]
            found: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["HS256"],
                audience=audience,
                issuer=ISSUER,
                options={"require": list(_SAID), "verify_exp": False, "verify_iat": False},
            )
            said = [form(found[name]) for name, form in _SAID.items()]
            claims = Claims(*said)
        except (jwt.PyJWTError, KeyError, ValueError, TypeError):
            return None
        return claims if claims.expires > self._clock() else None
