"""The composition root: which adapter stands behind which port, built on first use and kept per container.

Each adapter is imported where it is asked for, so that a function that never enters the cluster never loads
the Kubernetes client.
"""

from __future__ import annotations

from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from functions.core.errors import PermanentError
from functions.core.names import MEMBER, environment_of, member_of
from functions.runtime.settings import Settings, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.core.ports.alarm import Alarm
    from functions.core.ports.control_table import ControlMemory
    from functions.core.ports.eks import Nodegroups
    from functions.core.ports.eventbridge import Announcer
    from functions.core.ports.kubernetes import Cluster
    from functions.core.ports.rds import Databases
    from functions.core.ports.sns import Pager


class AwsPorts:
    """The ports in production; it satisfies every capability's `ports.py`."""

    def __init__(self, chosen: Settings, clients: Clients) -> None:
        """Remembers the settings; nothing is connected yet."""
        self.settings = chosen
        self.clients = clients

    @cached_property
    def table(self) -> ControlMemory:
        """The control table."""
        from functions.adapters.control_table import ControlTable  # noqa: PLC0415 - see the module's text

        return ControlTable(dynamodb=self._client("dynamodb"), table=self.settings.control_table)

    @cached_property
    def nodegroups(self) -> Nodegroups:
        """The cluster's node groups."""
        from functions.adapters.eks import EksNodegroups  # noqa: PLC0415 - see the module's text

        # Only a drain ends instances; the others do not pay for loading their models.
        autoscaling = _Later(lambda: self._client("autoscaling"))
        ec2 = _Later(lambda: self._client("ec2"))
        return EksNodegroups(
            eks=self._client("eks"), autoscaling=autoscaling, ec2=ec2, cluster=self.settings.cluster
        )

    @cached_property
    def cluster(self) -> Cluster:
        """The cluster from inside."""
        from functions.adapters.cluster_access import api_client  # noqa: PLC0415 - see the module's text
        from functions.adapters.kubernetes import KubernetesCluster  # noqa: PLC0415 - see the module's text

        session = self.clients.session
        api = api_client(session=session, eks=self._client("eks"), cluster=self.settings.cluster)
        return KubernetesCluster(api=api)

    @cached_property
    def databases(self) -> Databases:
        """The databases."""
        from functions.adapters.rds import RdsDatabases  # noqa: PLC0415 - see the module's text

        return RdsDatabases(rds=self._client("rds"))

    @cached_property
    def announcer(self) -> Announcer:
        """Toban's bus."""
        from functions.adapters.eventbridge import EventBridgeAnnouncer  # noqa: PLC0415 - see the module's text

        return EventBridgeAnnouncer(events=self._client("events"), bus=self.settings.event_bus)

    @cached_property
    def pager(self) -> Pager:
        """A person on duty."""
        return self._topic(self.settings.page_topic)

    @cached_property
    def notices(self) -> Pager:
        """The team, told and not woken."""
        return self._topic(self.settings.notice_topic)

    @cached_property
    def alarm(self) -> Alarm:
        """What rings when the table cannot remember who was told."""
        from functions.adapters.alarm import CloudWatchAlarm  # noqa: PLC0415 - see the module's text

        return CloudWatchAlarm(environment=environment_of(self.settings.environment))

    def of_member(self, target: str, fleet: Mapping[str, Any]) -> AwsPorts:
        """Returns the ports to a fleet's member, as the schedule document describes it."""
        return ports_of({"target": target, "fleet": fleet})

    def _topic(self, arn: str) -> Pager:
        from functions.adapters.sns import SnsPager  # noqa: PLC0415 - see the module's text

        return SnsPager(sns=self._client("sns"), topic=arn, docs_url=self.settings.docs_url)

    def _client(self, service: str) -> Any:
        return self.clients.of(service)


class Clients:
    """boto3's clients, one for each service: a container that operates a fleet in turn builds none anew."""

    def __init__(self) -> None:
        """Builds nothing yet."""
        self._built: dict[str, Any] = {}

    @cached_property
    def session(self) -> Any:
        """The session whose credentials sign everything."""
        import boto3  # noqa: PLC0415 - see the module's text

        return boto3.Session()

    def of(self, service: str) -> Any:
        """Returns the client of a service, built when it is first asked for."""
        from botocore.config import Config  # noqa: PLC0415 - see the module's text

        if service not in self._built:
            # The machine retries as well; five tries here smooth over a throttle of seconds.
            config = Config(
                retries={"mode": "standard", "max_attempts": 5}, connect_timeout=5, read_timeout=15
            )
            self._built[service] = self.session.client(service, config=config)
        return self._built[service]


class _Later:
    """Stands for a client that is built when its first operation is asked for."""

    def __init__(self, build: Any) -> None:
        self._build = build

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._build(), operation)


@cache
def ports() -> AwsPorts:
    """Returns this container's ports, to the stack's own cluster."""
    return AwsPorts(settings(), Clients())


def ports_of(run: Mapping[str, Any]) -> AwsPorts:
    """Returns the ports of a run: to the stack's own cluster, or to a fleet's member.

    A run that does not say yet what a member consists of reaches what is remembered of it, and nothing that
    can be scaled. Whoever is no member here is answered as the environment, which refuses.

    Raises:
        PermanentError: The member belongs to another environment than this control plane's.
    """
    target, fleet = str(run.get("target")), run.get("fleet")
    own = ports().settings
    if fleet:
        if environment_of(target) != own.environment:
            raise PermanentError(f"{target} is no member of the fleet of {own.environment}.")
        return _member(target, str(fleet["cluster"]), tuple(fleet["nodegroups"]), tuple(fleet["databases"]))
    if environment_of(target) == own.environment and MEMBER.fullmatch(member_of(target) or ""):
        return _member(target, own.cluster, (), ())
    return ports()


@lru_cache(maxsize=32)
def _member(target: str, cluster: str, nodegroups: tuple[str, ...], databases: tuple[str, ...]) -> AwsPorts:
    own = settings()
    return AwsPorts(
        own._replace(environment=target, cluster=cluster, nodegroups=nodegroups, databases=databases),
        ports().clients,
    )
