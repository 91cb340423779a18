"""RDS's instances: what stacks create stops and starts in its own time, and restarts after a week.

moto answers what creates, changes and deletes an instance; what it answered is told again by Describe…, with
the status that the instance has on the twin's clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin.api_faults import ApiError
from twin.world.durations import DATABASE_RESTARTS_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.api_calls import ApiCalls
    from twin.api_records import Call, CallContext
    from twin.clock import Clock
    from twin.timeline import Listener
    from twin.timers import Timer
    from twin.world.durations import Durations

MISSING = 404
CREATIONS = frozenset({"CreateDBInstance", "RestoreDBInstanceFromDBSnapshot"})
ENVIRONMENT_TAG = "toban.dev/environment"


@dataclass
class Database:
    """One instance: its status in RDS's words, what ends that status, and what RDS told when it was made."""

    name: str
    environment: str
    record: dict[str, Any] = field(default_factory=dict)
    status: str = "available"
    timer: Timer | None = None


class Databases:
    """The account's database instances; answers RDS's calls about them.

    Args:
        clock: Their time.
        api_calls: The hook through which every call passes.
        durations: How long stopping and starting take.
        listener: Is told of each change of status: kind, subject, what, why.
    """

    def __init__(
        self,
        clock: Clock,
        api_calls: ApiCalls,
        durations: Durations,
        listener: Listener,
    ) -> None:
        self._clock, self._durations, self._listener = clock, durations, listener
        self._instances: dict[str, Database] = {}
        api_calls.observe(self._on_call)
        api_calls.overlay("rds", "DescribeDBInstances", self._describe)
        api_calls.overlay("rds", "StopDBInstance", self._stop)
        api_calls.overlay("rds", "StartDBInstance", self._start)

    def create(self, name: str, *, environment: str, record: dict[str, Any] | None = None) -> None:
        """Puts an instance there, available at once."""
        self._instances[name] = Database(name, environment, dict(record or {}))

    def status(self, name: str) -> str:
        """Returns RDS's word for how an instance is."""
        return self._instances[name].status

    def of(self, environment: str) -> list[str]:
        """Lists the instances of an environment."""
        return [each.name for each in self._instances.values() if each.environment == environment]

    def hold(self, name: str, status: str) -> str:
        """Holds an instance in a status that neither stops nor starts, and returns the one that it had."""
        database = self._instances[name]
        before = database.status
        self._become(database, status, "a fault of a rehearsal")
        return before

    def release(self, name: str, status: str) -> None:
        """Gives a held instance its status back; one that is gone is no error."""
        if name in self._instances:
            self._become(self._instances[name], status, "the fault was lifted")

    def _on_call(self, call: Call) -> None:
        if call.service != "rds" or not call.finished or call.error is not None or call.result is None:
            return
        if call.operation in CREATIONS:
            tags = {tag["Key"]: tag["Value"] for tag in call.params.get("Tags", [])}
            record = call.result["DBInstance"]
            name = record["DBInstanceIdentifier"]
            self.create(name, environment=tags.get(ENVIRONMENT_TAG, ""), record=record)
        elif call.operation == "ModifyDBInstance":
            record = call.result["DBInstance"]
            self._known(record["DBInstanceIdentifier"]).record.update(record)
        elif call.operation == "DeleteDBInstance":
            database = self._instances.pop(call.params["DBInstanceIdentifier"], None)
            if database and database.timer:
                database.timer.cancel()

    def _describe(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        wanted = params.get("DBInstanceIdentifier")
        databases = [self._known(wanted)] if wanted else list(self._instances.values())
        return {"DBInstances": [_shape(database, context) for database in databases]}

    def _stop(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        database = self._in_status(params, "available", "stopped")
        self._become(database, "stopping", "asked to stop")
        self._then(database, self._durations.database_stops.draw(self._durations.chance), self._stopped)
        return {"DBInstance": _shape(database, context)}

    def _start(self, params: dict[str, Any], context: CallContext) -> dict[str, Any]:
        database = self._in_status(params, "stopped", "started")
        self._begin_start(database, "asked to start")
        return {"DBInstance": _shape(database, context)}

    def _stopped(self, database: Database) -> None:
        self._become(database, "stopped", "")
        self._then(database, DATABASE_RESTARTS_S, self._restart)

    def _restart(self, database: Database) -> None:
        self._begin_start(database, "RDS starts an instance again after seven days")

    def _begin_start(self, database: Database, why: str) -> None:
        self._become(database, "starting", why)
        seconds = self._durations.database_starts.draw(self._durations.chance)
        self._then(database, seconds, lambda started: self._become(started, "available", ""))

    def _become(self, database: Database, status: str, why: str) -> None:
        database.status = status
        self._listener("database", f"{database.environment}/{database.name}", status, why)

    def _then(self, database: Database, seconds: float, act: Callable[[Database], None]) -> None:
        if database.timer is not None:
            database.timer.cancel()
        database.timer = self._clock.call_later(
            seconds, lambda: act(database), name=f"database {database.name}"
        )

    def _known(self, name: str) -> Database:
        if name not in self._instances:
            raise ApiError("DBInstanceNotFound", f"DBInstance {name} not found.", MISSING)
        return self._instances[name]

    def _in_status(self, params: dict[str, Any], status: str, done: str) -> Database:
        database = self._known(params["DBInstanceIdentifier"])
        if database.status != status:
            raise ApiError(
                "InvalidDBInstanceState",
                f"Instance {database.name} cannot be {done} as it is not in {status} status: "
                f"it is {database.status}.",
            )
        return database


def _shape(database: Database, context: CallContext) -> dict[str, Any]:
    return {
        **database.record,
        "DBInstanceIdentifier": database.name,
        "DBInstanceStatus": database.status,
        "DBInstanceArn": f"arn:aws:rds:{context.region}:{context.account}:db:{database.name}",
        "Engine": database.record.get("Engine", "postgres"),
    }
