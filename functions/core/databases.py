"""Database instances as plain values: what RDS says of them."""

from typing import NamedTuple


class Database(NamedTuple):
    """A database instance.

    Attributes:
        status: RDS's word, such as `available` or `stopped`.
        never_stops: Why AWS never stops it, such as that it has a read replica; None when it does.
    """

    status: str
    never_stops: str | None = None
