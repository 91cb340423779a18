"""Mounted secrets, taken up as they change: a rotated password or key costs no restart and no request.

Kubernetes writes a changed Secret into the pod's folder within a minute or two; this reads the folder every
few seconds. A new value is proven first (a connection made with it, a key of decent strength) and only then
takes the place of the old one. What cannot be proven is reported once and tried again at every reading, since
the server may learn it later than we do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

import structlog

from api.database_errors import DatabaseUnavailableError
from api.redis_link import RedisUnavailableError
from api.settings import DatabaseSettings, SettingsError

if TYPE_CHECKING:
    from pydantic import SecretStr

Rotate = Callable[[str], Awaitable[None]]
"""Puts a new value in the place of the old one, or raises and leaves the old one where it was."""

log = structlog.get_logger(__name__)


class Credentials:
    """The secrets in use, and what takes up a new value of each.

    Args:
        settings: those that the process began with.
        rotations: by the setting's name; a secret without one is not watched.
    """

    def __init__(self, settings: DatabaseSettings, rotations: Mapping[str, Rotate]) -> None:
        self._settings = settings
        self._rotations = rotations
        self._used: dict[str, SecretStr] = {name: getattr(settings, name) for name in rotations}
        self._reported: dict[str, str] = {}

    async def reload(self) -> None:
        """Reads the folder and has each changed value taken."""
        try:
            now = self._settings.reloaded()
        except (SettingsError, OSError, UnicodeDecodeError) as refused:
            self._report("secrets_dir", str(refused))
            return
        self._reported.pop("secrets_dir", None)
        for name, rotate_to in self._rotations.items():
            value: SecretStr = getattr(now, name)
            if value != self._used[name]:
                await self._rotate(name, value, rotate_to)

    async def watch(self) -> None:
        """Reads the folder every few seconds until cancelled; without a folder it ends at once."""
        while self._settings.secrets_dir is not None:
            await self.reload()
            await asyncio.sleep(self._settings.secrets_s)

    async def _rotate(self, name: str, value: SecretStr, rotate_to: Rotate) -> None:
        try:
            await rotate_to(value.get_secret_value())
        except (DatabaseUnavailableError, RedisUnavailableError) as error:
            self._report(name, str(error))
        else:
            self._used[name] = value
            self._reported.pop(name, None)
            log.warning("secret renewed", name=name.upper())

    def _report(self, name: str, reason: str) -> None:
        if self._reported.get(name) != reason:
            self._reported[name] = reason
            log.error("secret not taken: the one before stays in use", name=name.upper(), reason=reason)
