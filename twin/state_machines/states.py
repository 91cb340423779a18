"""How one state that does work is run: inline, within its time, and with its children gone when it ends."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from twin.json_copies import clone
from twin.state_machines import moto_names as moto
from twin.state_machines.timestamps import text_of

if TYPE_CHECKING:
    from twin.clock import Clock
    from twin.patches import Patches
    from twin.state_machines.executions import Executions


def patch(patches: Patches, clock: Clock, executions: Executions) -> None:
    """Replaces moto's thread per state, and its polling for the end of a nested execution.

    moto lets the branches and iterations of a failed state run on, and the work of a timed-out task too;
    AWS ends them, and so does this.
    """

    def evaluate_with_timeout(state: Any, env: Any) -> None:
        state.timeout.eval(env=env)
        seconds: int = env.stack.pop()
        frame = env.open_frame()
        frame.states.reset(input_value=env.states._states_data["input"])
        frame.stack = clone(env.stack)
        unlimited = seconds >= moto.TimeoutSeconds.DEFAULT_TIMEOUT_SECONDS
        try:
            with nullcontext() if unlimited else clock.deadline(seconds):
                state._eval_execution(frame)
        finally:
            clock.end_children()
            frame.set_ended()
            env.close_frame(frame)
        _take_result(state, env, frame.stack[-1])

    patches.set(moto.ExecutionState, "_evaluate_with_timeout", evaluate_with_timeout)

    def entered(**named: Any) -> dict[str, Any]:
        return {**named, "EnteredTime": text_of(clock.now)}

    patches.set(moto.state, "StateData", entered)

    _patch_answers(patches, clock)

    def after_the_child(build: Any) -> Any:
        def build_resolver(self: Any, env: Any, **kwargs: Any) -> Any:
            executions.wait_until_ended(env.stack[-1]["ExecutionArn"])
            return build(self, env=env, **kwargs)

        return build_resolver

    for name in ("_build_sync_resolver", "_build_sync2_resolver"):
        build = getattr(moto.StateTaskServiceSfn, name)
        patches.set(moto.StateTaskServiceSfn, name, after_the_child(build))


def _patch_answers(patches: Patches, clock: Clock) -> None:
    def send_task_failure(response: Any) -> Any:
        # moto forgets the cause.
        response.stepfunction_backend.send_task_failure(
            response._get_param("taskToken"),
            error=response._get_param("error"),
            cause=response._get_param("cause"),
        )
        return moto.EmptyResult()

    patches.set(moto.StepFunctionResponse, "send_task_failure", send_task_failure)

    def stop_execution(response: Any) -> Any:
        # moto forgets who stopped it and why.
        arn = response._get_param("executionArn")
        execution = response.stepfunction_backend.describe_execution(arn)
        given = {name: response._get_param(name) for name in ("error", "cause")}
        execution.stop(stop_date=clock.now, **given)
        return moto.ActionResult({"stopDate": execution.stop_date or clock.now})

    patches.set(moto.StepFunctionResponse, "stop_execution", stop_execution)


def _take_result(state: Any, env: Any, output: Any) -> None:
    env.stack.append(output)
    if not state._is_language_query_jsonpath():
        env.states.set_result(output)
    if state.assign_decl:
        state.assign_decl.eval(env=env)
    if state.result_selector:
        state.result_selector.eval(env=env)
    if state.result_path:
        state.result_path.eval(env)
    else:
        env.states.reset(input_value=env.stack.pop())
