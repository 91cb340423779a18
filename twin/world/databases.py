"""RDS as far as night scaling uses it: instances that stop and start in their own time, and restart after a week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin.api_faults import ApiError
from twin.world.physics import DATABASE_RESTARTS_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.api_calls import ApiCalls
    from twin.api_records import CallContext
    from twin.clock import Clock
    from twin.timers import Timer
    from twin.world.physics import Physics

MISSING = 404


@dataclass
class Instance:
    """One instance: its status in RDS's words, and what ends that status."""

    name: str
    environment: str
    status: str = "available"
    timer: Timer | None = None


class Databases:
    """The account's database instances; answers RDS's calls about them.

    Args:
        clock: Their time.
        api_calls: The hook through which every call passes.
        physics: How long stopping and starting take.
        listener: Is told of each change of status: kind, subject, what, why.
    """

    def __init__(
        self,
        clock: Clock,
        api_calls: ApiCalls,
        physics: Physics,
        listener: Callable[[str, str, str, str], None],
    ) -> None:
        self._clock, self._physics, self._listener = clock, physics, listener
        self._instances: dict[str, Instance] = {}
        api_calls.overlay("rds", "DescribeDBInstances", self._describe)
        api_calls.overlay("rds", "StopDBInstance", self._stop)
        api_calls.overlay("rds", "StartDBInstance", self._start)

    def create(self, name: str, *, environment: str) -> None:
        """Puts an instance there, available at once."""
        self._instances[name] = Instance(name, environment)

    def status(self, name: str) -> str:
        """Gives RDS's word for how an instance is."""
        return self._instances[name].status

    def _describe(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        wanted = params.get("DBInstanceIdentifier")
        found = [self._known(wanted)] if wanted else list(self._instances.values())
        return {"DBInstances": [_shape(one, context) for one in found]}

    def _stop(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        found = self._in_status(params, "available", "stopped")
        self._become(found, "stopping", "asked to stop")
        self._then(found, self._physics.database_stops.draw(self._physics.chance), self._stopped)
        return {"DBInstance": _shape(found, context)}

    def _start(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        found = self._in_status(params, "stopped", "started")
        self._begin_start(found, "asked to start")
        return {"DBInstance": _shape(found, context)}

    def _stopped(self, found: Instance) -> None:
        self._become(found, "stopped", "")
        self._then(found, DATABASE_RESTARTS_S, self._restart)

    def _restart(self, found: Instance) -> None:
        self._begin_start(found, "RDS starts an instance again after seven days")

    def _begin_start(self, found: Instance, why: str) -> None:
        self._become(found, "starting", why)
        seconds = self._physics.database_starts.draw(self._physics.chance)
        self._then(found, seconds, lambda one: self._become(one, "available", ""))

    def _become(self, found: Instance, status: str, why: str) -> None:
        found.status = status
        self._listener("database", f"{found.environment}/{found.name}", status, why)

    def _then(self, found: Instance, seconds: float, act: Callable[[Instance], None]) -> None:
        if found.timer is not None:
            found.timer.cancel()
        found.timer = self._clock.call_later(seconds, lambda: act(found), name=f"database {found.name}")

    def _known(self, name: str) -> Instance:
        if name not in self._instances:
            raise ApiError("DBInstanceNotFound", f"DBInstance {name} not found.", MISSING)
        return self._instances[name]

    def _in_status(self, params: dict[str, Any], status: str, done: str) -> Instance:
        found = self._known(params["DBInstanceIdentifier"])
        if found.status != status:
            message = f"Instance {found.name} cannot be {done} as it is not in {status} status: it is {found.status}."
            raise ApiError("InvalidDBInstanceState", message)
        return found


def _shape(found: Instance, context: CallContext) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": found.name,
        "DBInstanceStatus": found.status,
        "DBInstanceArn": f"arn:aws:rds:{context.region}:{context.account}:db:{found.name}",
        "Engine": "postgres",
    }
