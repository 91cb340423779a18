"""Step Functions' limits on data and history, counted as AWS counts them."""

from __future__ import annotations

import json
import marshal
import re
import sys
from typing import TYPE_CHECKING, Any

from twin.state_machines import moto_names as moto
from twin.state_machines.failures import failure

if TYPE_CHECKING:
    from twin.patches import Patches

MOST_BYTES = 262_144
"""Of an input, a result or an output, as UTF-8: AWS's page of service quotas."""

MOST_EVENTS = 25_000
"""In the history of one execution: the same page."""

EXPRESS_SECONDS = 300
"""How long an EXPRESS machine may run: the same page."""

_LONGEST_NAME = 80
_NAME = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]+")
_JSON_PER_MARSHAL = 6
"""No value is longer as JSON than so many times its bytes in marshal."""


def is_within(value: Any) -> bool:
    """Returns whether a value has no more bytes than AWS takes."""
    try:
        if len(marshal.dumps(value)) * _JSON_PER_MARSHAL <= MOST_BYTES:
            return True
    except ValueError:
        pass  # a date, which moto writes as text
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return len(text.encode()) <= MOST_BYTES


def seconds_of(program: Any, kind: str) -> float | None:
    """Returns how long an execution may run; None without an end.

    Args:
        program: moto's, as the definition says.
        kind: STANDARD or EXPRESS.
    """
    said = program.timeout_seconds.timeout_seconds if program.timeout_seconds is not None else None
    if kind != "EXPRESS":
        return said
    return EXPRESS_SECONDS if said is None else min(said, EXPRESS_SECONDS)


def check_start(name: str, given: str | None) -> None:
    """Refuses what StartExecution refuses.

    Raises:
        moto's InvalidName: The execution's name is no name.
        moto's InvalidExecutionInput: The input is no JSON, or larger than a state may have.
    """
    if not 1 <= len(name) <= _LONGEST_NAME or not _NAME.fullmatch(name):
        raise moto.InvalidName(f"Invalid Name: '{name}'")
    if given is None:
        return
    if len(given.encode()) > MOST_BYTES:
        raise moto.InvalidExecutionInput(f"The input is longer than {MOST_BYTES} bytes of UTF-8.")
    try:
        json.loads(given)
    except ValueError as error:
        raise moto.InvalidExecutionInput(f"The input is no JSON: {error}") from error


def check_history(events: int, kind: str, env: Any) -> None:
    """Fails the execution whose history is full; its own end still finds room.

    Args:
        events: How many it has, the new one included.
        kind: The new one's, such as `PassStateEntered`.
        env: moto's environment of the execution.
    """
    if events > MOST_EVENTS and not kind.startswith("Execution"):
        cause = f"The execution reached the maximum number of history events ({MOST_EVENTS})."
        raise failure(env, moto.StatesErrorNameType.StatesRuntime, cause)


def patch(patches: Patches) -> None:
    """Lets moto's interpreter count bytes, and count them after Parameters too."""
    for name, module in sorted(sys.modules.items()):
        if name.startswith(moto.INTERPRETER) and "is_within_size_quota" in vars(module):
            patches.set(module, "is_within_size_quota", is_within)
    evaluate = moto.Parargs._eval_body

    def evaluate_and_count(parameters: Any, env: Any) -> None:
        evaluate(parameters, env)
        if not is_within(env.stack[-1]):
            cause = f"The state's Parameters or Arguments are longer than {MOST_BYTES} bytes."
            raise failure(env, moto.StatesErrorNameType.StatesStatesDataLimitExceeded, cause)

    patches.set(moto.Parargs, "_eval_body", evaluate_and_count)
