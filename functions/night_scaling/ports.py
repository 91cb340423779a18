"""What night scaling reaches besides what every run does: node groups, the cluster from inside, databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from functions.runs.ports import RunPorts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.core.ports.eks import Nodegroups
    from functions.core.ports.kubernetes import Cluster
    from functions.core.ports.rds import Databases


class Ports(RunPorts, Protocol):
    """All that a step of night scaling may reach."""

    @property
    def nodegroups(self) -> Nodegroups: ...  # noqa: D102 - the types say it all
    @property
    def cluster(self) -> Cluster: ...  # noqa: D102
    @property
    def databases(self) -> Databases: ...  # noqa: D102

    def of_member(self, target: str, fleet: Mapping[str, object]) -> Ports:
        """Returns the ports to a fleet's member, as the schedule document describes it."""
        ...
