"""What night scaling reaches besides what every run does: node groups, the cluster from inside, databases."""

from typing import Protocol

from functions.core.ports.eks import Nodegroups
from functions.core.ports.kubernetes import Cluster
from functions.core.ports.rds import Databases
from functions.runs.ports import RunPorts


class Ports(RunPorts, Protocol):
    """All that a step of night scaling may reach."""

    @property
    def nodegroups(self) -> Nodegroups: ...  # noqa: D102 - the types say it all
    @property
    def cluster(self) -> Cluster: ...  # noqa: D102
    @property
    def databases(self) -> Databases: ...  # noqa: D102
