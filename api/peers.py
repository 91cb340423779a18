"""Who holds how many connections open, and how much waits to be read on them: each address for itself.

Behind a load balancer every connection is the balancer's: those are not counted by address, and what waits on
them is counted for whom the balancer names.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Protocol

from uvicorn.middleware.proxy_headers import _TrustedHosts

from api.addresses import caller_of

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable

    from api.settings import Settings

ALL_TOGETHER: Final = 8
"""What everybody's unread answers may hold, in shares of one address: 128 MiB of a pod's 512."""


class Connection(Protocol):
    """What is asked of a connection here: how much waits on it to be read, and to end."""

    @property
    def transport(self) -> asyncio.Transport:
        """What carries the connection."""

    def give_up(self) -> None:
        """Ends the connection at once."""


class Peers:
    """The connections of one server."""

    def __init__(self, settings: Settings) -> None:
        self._most_connections = settings.caller_connections
        self._most_unsent = settings.unsent_bytes
        self._proxies = _TrustedHosts(settings.trusted_proxies) if settings.trusted_proxies else None
        self._open: Counter[str] = Counter()
        self._unread: dict[Connection, str] = {}

    def opened(self, client: tuple[str, int] | None) -> bool:
        """Counts a connection; returns whether its address may have it."""
        if self._is_proxy(client):
            return True
        caller = caller_of({"client": client})
        self._open[caller] += 1
        return self._open[caller] <= self._most_connections

    def closed(self, client: tuple[str, int] | None) -> None:
        """Counts a connection no more."""
        if self._is_proxy(client):
            return
        caller = caller_of({"client": client})
        self._open[caller] -= 1
        if self._open[caller] <= 0:
            del self._open[caller]

    def wait_for_reader(self, connection: Connection, client: Any) -> Connection | None:
        """Counts what waits on a connection; returns the one to give up where that is too much, or None."""
        caller = caller_of({"client": client})
        self._unread[connection] = caller
        mine = [other for other, whose in self._unread.items() if whose == caller]
        if _waiting(mine) > self._most_unsent:
            return max(mine, key=_unsent)
        if _waiting(self._unread) > ALL_TOGETHER * self._most_unsent:
            return max(self._unread, key=_unsent)
        return None

    def read(self, connection: Connection) -> None:
        """Counts no more what waited on a connection."""
        self._unread.pop(connection, None)

    def _is_proxy(self, client: tuple[str, int] | None) -> bool:
        return bool(client and self._proxies and client[0] in self._proxies)


def _unsent(connection: Connection) -> int:
    return int(connection.transport.get_write_buffer_size())


def _waiting(connections: Iterable[Connection]) -> int:
    return sum(_unsent(connection) for connection in connections)
