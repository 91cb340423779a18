"""Which errors a Retry or a Catch takes: what the broad names leave out, and what nothing takes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from twin.state_machines import moto_names as moto

if TYPE_CHECKING:
    from collections.abc import Collection

    from twin.patches import Patches

RUNTIME = "States.Runtime"
TOO_MUCH_DATA = "States.DataLimitExceeded"
TIMEOUT = "States.Timeout"
NO_HEARTBEAT = "States.HeartbeatTimeout"


def takes(names: Collection[str], error: str | None) -> bool:
    """Returns whether an ErrorEquals of these names takes an error.

    An error without a name is taken by `States.ALL` alone, and by `States.TaskFailed`.

    The rules are those of AWS's page "Handling errors in Step Functions workflows".
    """
    if error == RUNTIME:
        return False
    if error in names or (error == NO_HEARTBEAT and TIMEOUT in names):
        return True
    if error == TOO_MUCH_DATA:
        return False
    broad = "States.ALL" in names
    return broad or ("States.TaskFailed" in names and error not in (TIMEOUT, NO_HEARTBEAT))


def patch(patches: Patches) -> None:
    """Lets moto's retriers and catchers ask as above, and a branch fail by any name."""

    def matches(error_equals: Any, env: Any) -> None:
        error = env.stack.pop()
        names = [name.error_name for name in error_equals.error_names]
        reported = getattr(error, "reported", error.error_name if error is not None else None)
        env.stack.append(takes(names, reported))

    patches.set(moto.ErrorEqualsDecl, "_eval_body", matches)

    def named(error_name: str | None) -> Any:
        # moto's own refuses the names that begin with "States.", which a branch may well report.
        return _Named(error_name)

    for name, module in sorted(sys.modules.items()):
        if name.startswith(moto.INTERPRETER) and vars(module).get("CustomErrorName") is moto.CustomErrorName:
            patches.set(module, "CustomErrorName", named)

    timed_out = moto.StateTask._from_error

    def from_error(task: Any, env: Any, ex: Exception) -> Any:
        event: Any = timed_out(task, env, ex)
        if isinstance(ex, moto.HeartbeatTimeoutError):
            event.error_name = _Named(event.error_name.error_name, reported=NO_HEARTBEAT)
        return event

    patches.set(moto.StateTask, "_from_error", from_error)
    of_function = moto.StateTaskLambda._from_error

    def from_function(task: Any, env: Any, ex: Exception) -> Any:
        # moto calls "Exception" whatever goes wrong around a function that is named by its ARN.
        if isinstance(ex, ClientError):
            name, cause = f"Lambda.{ex.response['Error']['Code']}", ex.response["Error"]["Message"]
            details: Any = {"lambdaFunctionFailedEventDetails": {"error": name, "cause": cause}}
            return moto.FailureEvent(env, _Named(name), moto.HistoryEventType.LambdaFunctionFailed, details)
        known = (TimeoutError, moto.FailureEventException, moto.LambdaFunctionErrorException)
        return of_function(task, env, ex) if isinstance(ex, known) else from_error(task, env, ex)

    patches.set(moto.StateTaskLambda, "_from_error", from_function)


class _Named(moto.ErrorName):
    """The name of an error, whatever it begins with; `reported` is what retriers and catchers know it by."""

    def __init__(self, error_name: str | None, *, reported: str | None = None) -> None:
        super().__init__(error_name=error_name)
        self.reported = reported or error_name
