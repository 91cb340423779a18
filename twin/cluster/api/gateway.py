"""One gateway for many clusters: a path's first part names the cluster, and its requests are counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from twin.cluster.api.server import Listener
from twin.cluster.status import StatusError

if TYPE_CHECKING:
    from twin.cluster.api.access import Authenticator
    from twin.cluster.api.dispatch import Api

MISSING = 404


class Gateway:
    """Listens on loopback for clusters that would each need a port and threads of their own.

    Attributes:
        requests: How many requests each cluster was asked, by name.
    """

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self._behind: dict[str, tuple[Api, Authenticator]] = {}
        self._listener = Listener(self._reach)

    def open(self, name: str, api: Api, authenticator: Authenticator) -> str:
        """Answers for a cluster from now on, and returns its URL."""
        self._behind[name] = (api, authenticator)
        return f"{self._listener.url}/{name}"

    def close(self) -> None:
        """Stops listening."""
        self._listener.close()

    def _reach(self, path: str) -> tuple[Api, Authenticator | None, str]:
        name, _, rest = path.removeprefix("/").partition("/")
        if name not in self._behind:
            raise StatusError(MISSING, "NotFound", f"there is no cluster {name} behind this gateway")
        self.requests[name] += 1
        api, authenticator = self._behind[name]
        return api, authenticator, f"/{rest}"
