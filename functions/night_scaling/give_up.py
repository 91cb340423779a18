"""Ends a run that cannot go on: records it, gives the lock back, and tells a person once what to do."""

from typing import Any

from functions.night_scaling.contract import Run, read_run
from functions.night_scaling.models import Action
from functions.night_scaling.patience import next_attempt
from functions.night_scaling.telling import RUN, fingerprint
from functions.runtime.entrypoint import Call, entrypoint
from functions.runtime.wiring import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Gives up. What was changed stays until the next tick, which finishes it or takes it back."""
    environment = ports.settings.environment
    error = call.run.get("error", {})
    sentence = f"{error.get('Error', 'unknown')}: {error.get('Cause', 'no cause was given')}"
    run = read_run(call.run) if "started_at" in call.run else None
    record = ports.table.recall(environment)
    if run is not None:
        ended = {**run.payload(), "outcome": "given up", "error": sentence, "execution": call.execution}
        ports.table.record(environment, ended, started_at=run.started_at, execution=call.execution)
        snapshot = record.snapshot
        if run.sleeps and snapshot is not None:
            attempts = snapshot.attempts + 1
            ports.table.postpone(
                environment, attempts=attempts, retry_at=next_attempt(attempts, now=call.now)
            )
    key = fingerprint(RUN, f"{run.action if run else 'plan'} {error.get('Error')}")
    if key not in record.pages:
        ports.pager.page(f"Toban {environment}: {_what(run)} was given up", _message(run, sentence, call))
        ports.table.remember(environment, key, sentence=sentence, now=call.now)
    ports.table.release(environment, owner=call.execution)
    return {"reason": sentence, "action": Action.NOTHING.value}


def _what(run: Run | None) -> str:
    return f"{run.action} to {run.mode}" if run else "planning"


def _message(run: Run | None, sentence: str, call: Call) -> str:
    did = "\n".join(f"  - {one}" for one in run.did) if run and run.did else "  - nothing"
    again = "with growing pauses" if run and run.sleeps else "at the next tick, within ten minutes"
    return (
        f"Why: {sentence}\n\nDone so far:\n{did}\n\n"
        f"Toban tries again by itself {again}; the capacity to come back to is kept in the control table.\n"
        f"To do: read the reason above; the steps stand in the execution\n{call.execution}"
    )
