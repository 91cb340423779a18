"""One environment in memory, and a way to break the process at any of its side effects."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from functions.core.cluster import Bounds, CronJob, Workload
from functions.core.nodegroups import Size
from functions.runtime.settings import Settings
from tests.fakes.alarm import FakeAlarm
from tests.fakes.control_table import FakeControlTable
from tests.fakes.eks import FakeNodegroups
from tests.fakes.eventbridge import FakeAnnouncer
from tests.fakes.kubernetes import FakeCluster
from tests.fakes.rds import FakeDatabases
from tests.fakes.sns import FakePager

SETTINGS = Settings(
    environment="dev",
    cluster="sre-portfolio-cluster-dev",
    nodegroups=("primary",),
    databases=("taskmanager-dev",),
    control_table="t",
    event_bus="b",
    page_topic="p",
    notice_topic="n",
)
PORTS = ("table", "nodegroups", "cluster", "databases", "announcer", "pager", "notices")
READS = frozenset(
    {
        "recall",
        "describe",
        "nodes",
        "workloads",
        "cronjobs",
        "pods_to_evict",
        "status",
        "other_controllers",
        "releasing",
    }
)


@dataclass
class World:
    """The environment of the design: three nodes, an API that scales itself, a worker, a nightly job."""

    settings: Settings = SETTINGS
    table: FakeControlTable = field(default_factory=FakeControlTable)
    nodegroups: Any = field(default_factory=lambda: FakeNodegroups({"primary": Size(2, 3, 6)}))
    cluster: Any = None
    databases: Any = field(default_factory=lambda: FakeDatabases("taskmanager-dev"))
    announcer: Any = field(default_factory=FakeAnnouncer)
    pager: Any = field(default_factory=FakePager)
    notices: Any = field(default_factory=FakePager)
    alarm: Any = field(default_factory=FakeAlarm)

    def __post_init__(self) -> None:
        workloads = [
            Workload("Deployment", "app", "api-service", 3, bounds=Bounds("api-service-hpa", 3, 10)),
            Workload("Deployment", "app", "worker", 2),
        ]
        self.cluster = self.cluster or FakeCluster(
            self.nodegroups, workloads, [CronJob("app", "report", suspended=False)]
        )

    def of_member(self, target: str, fleet: Any) -> "World":
        """Returns this world with the settings that the document gives the member."""
        found = {"nodegroups": tuple(fleet["nodegroups"]), "databases": tuple(fleet["databases"])}
        chosen = self.settings._replace(environment=target, cluster=fleet["cluster"], **found)
        return replace(self, settings=chosen)

    def capacity(self) -> dict[str, Any]:
        """Returns all that a wake has to bring back."""
        return {
            "sizes": {name: group.size for name, group in self.nodegroups.groups.items()},
            "workloads": dict(self.cluster.by_key),
            "jobs": dict(self.cluster.jobs),
            "databases": dict(self.databases.states),
            "cordoned": [node.name for node in self.cluster.nodes() if node.cordoned],
        }

    def watched(self, seen: Callable[[str, Callable[[], Any]], Any], *, reads: bool = False) -> "World":
        """Returns the same world, every side effect (and read, if asked) going through `seen(name, call)`."""
        watching = {name: _Watched(name, getattr(self, name), seen, reads=reads) for name in PORTS}
        return World(settings=self.settings, alarm=self.alarm, **watching)


class _Watched:
    def __init__(
        self, name: str, port: Any, seen: Callable[[str, Callable[[], Any]], Any], *, reads: bool
    ) -> None:
        self._name, self._port, self._seen, self._reads = name, port, seen, reads

    def __getattr__(self, method: str) -> Any:
        real = getattr(self._port, method)
        if (method in READS and not self._reads) or not callable(real):
            return real
        return lambda *args, **kwargs: self._seen(f"{self._name}.{method}", lambda: real(*args, **kwargs))
