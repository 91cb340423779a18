"""What a schedule document says of what is operated, and of what is never touched, as values."""

from typing import NamedTuple


class DeclaredNodegroup(NamedTuple):
    """A managed node group and the size it has by day, for the simulation and the ledger.

    `fallback` names a node group of the same target that lends nodes when a wake's own do not come. `spot`
    says that its nodes are spot instances, which have a price of their own.
    """

    name: str
    instance_type: str
    minimum: int
    desired: int
    maximum: int
    fallback: str | None = None
    spot: bool = False

    @property
    def price(self) -> str:
        """What the price list calls its nodes."""
        return f"{self.instance_type}-spot" if self.spot else self.instance_type


class DatabaseInstance(NamedTuple):
    """An RDS instance that the database layer stops and starts."""

    name: str
    instance_class: str
    multi_az: bool


class Target(NamedTuple):
    """One cluster and what belongs to it. The name is the key of its snapshots, holds and locks."""

    name: str
    cluster: str
    nodegroups: tuple[DeclaredNodegroup, ...]
    namespaces: tuple[str, ...]
    databases: tuple[DatabaseInstance, ...]


class Protected(NamedTuple):
    """What is never changed, whatever a mode asks. Workloads read as `namespace/name`."""

    nodegroups: frozenset[str] = frozenset()
    namespaces: frozenset[str] = frozenset()
    workloads: frozenset[str] = frozenset()
    databases: frozenset[str] = frozenset()
