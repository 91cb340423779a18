"""Map, where moto differs: what is no list, how many items run at once, and which failures are tolerated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from twin.state_machines import moto_names as moto
from twin.state_machines.failures import failure

if TYPE_CHECKING:
    from twin.patches import Patches

INLINE_AT_ONCE = 40
"""Iterations of an inline map that run side by side at most: AWS's page of the inline Map state."""


class _Failed:
    """What a failed item leaves in the place of a result."""


FAILED = _Failed()


def patch(patches: Patches) -> None:
    """Lets moto's Map state go as AWS's."""
    _patch_items(patches)
    _patch_tolerance(patches)


def _patch_items(patches: Patches) -> None:
    evaluate = moto.ItemsPath._eval_body

    def items(items_path: Any, env: Any) -> None:
        evaluate(items_path, env)
        if not isinstance(env.stack[-1], list):
            cause = f'Reference path "{items_path.string_sampler.literal_value}" must point to array.'
            raise failure(env, moto.StatesErrorNameType.StatesRuntime, cause)

    patches.set(moto.ItemsPath, "_eval_body", items)
    run_inline = moto.InlineIterationComponent._eval_body

    def at_most(component: Any, env: Any) -> None:
        given = env.stack[-1]
        most = given.max_concurrency or INLINE_AT_ONCE
        given.max_concurrency = min(most, INLINE_AT_ONCE, max(1, len(given.input_items)))
        run_inline(component, env)

    patches.set(moto.InlineIterationComponent, "_eval_body", at_most)
    read = moto.ItemReader._eval_body

    def read_items(reader: Any, env: Any) -> None:
        try:
            read(reader, env)
        except (ClientError, BotoCoreError, ValueError, KeyError) as error:
            cause = f"The items could not be read: {error}"
            raise failure(env, moto.StatesErrorNameType.StatesItemReaderFailed, cause) from error

    patches.set(moto.ItemReader, "_eval_body", read_items)


def _patch_tolerance(patches: Patches) -> None:
    run = moto.DistributedIterationComponent._map_run

    def run_and_drop(component: Any, env: Any, eval_input: Any) -> None:
        run(component, env=env, eval_input=eval_input)
        env.stack[-1] = [output for output in env.stack[-1] if not isinstance(output, _Failed)]

    patches.set(moto.DistributedIterationComponent, "_map_run", run_and_drop)

    def tolerating(evaluate: Any) -> Any:
        def evaluate_job(worker: Any, env: Any, job: Any) -> None:
            evaluate(worker, env=env, job=job)
            if isinstance(env.program_state(), moto.ProgramEnded):
                return
            job.job_output = FAILED
            record = worker._map_run_record
            if not is_tolerated(record, items=worker._job_pool._jobs_number):
                cause = "The specified tolerated failure threshold was exceeded"
                name = moto.StatesErrorNameType.StatesExceedToleratedFailureThreshold
                job.job_output = failure(env, name, cause, kind=moto.HistoryEventType.MapRunFailed)

        return evaluate_job

    for worker in (moto.DistributedItemProcessorWorker, moto.DistributedIteratorWorker):
        patches.set(worker, "_eval_job", tolerating(worker._eval_job))


def is_tolerated(record: Any, *, items: int) -> bool:
    """Returns whether a map run may go on: neither tolerance is exceeded that it has, and it has one.

    Args:
        record: moto's record of the run, with its counts and tolerances.
        items: How many items there are in all.
    """
    counter = record.item_counter
    failed = counter.failed.get() + counter.timed_out.get() + counter.aborted.get()
    count, percentage = record.tolerated_failure_count, record.tolerated_failure_percentage
    if not count and not percentage:
        return bool(failed == 0)
    within_count = not count or failed <= count
    return bool(within_count and (not percentage or failed * 100 <= percentage * items))
