"""Database instances: read their status, stop and start them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from functions.core.databases import Database


class Databases(Protocol):
    """The database instances of one account and Region."""

    def describe(self, identifier: str) -> Database | None:
        """Returns the instance as it is now; None when there is no such instance."""
        ...

    def status(self, identifier: str) -> str | None:
        """Returns RDS's word, such as `available` or `stopped`; None when there is no such instance."""
        ...

    def stop(self, identifier: str) -> None:
        """Asks for a stop and returns at once; one that is stopped or stopping is left alone.

        Raises:
            TemporaryError: The instance is in a state that passes, such as `backing-up`.
            Invalid: RDS refuses although the instance is available.
        """
        ...

    def start(self, identifier: str) -> None:
        """Asks for a start and returns at once; one that is running or starting is left alone.

        Raises:
            TemporaryError: The instance is in a state that passes, such as `stopping`.
        """
        ...
