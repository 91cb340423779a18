"""Choice, where moto is too forgiving: a missing variable, and no rule that matches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.state_machines import moto_names as moto
from twin.state_machines.failures import failure

if TYPE_CHECKING:
    from twin.patches import Patches


def patch(patches: Patches) -> None:
    """Fails such a state as AWS does, rather than answer False or States.Runtime."""
    evaluate = moto.StateChoice._eval_state

    def compare(comparison: Any, env: Any) -> None:
        comparison.variable.eval(env)
        asks_presence = comparison.comparison_function.operator_type is moto.ComparisonOperatorType.IsPresent
        if isinstance(env.stack[-1], moto.NoSuchVariable) and not asks_presence:
            path = comparison.variable.string_sampler.literal_value
            cause = f"Invalid path '{path}': The choice state's condition path references an invalid value."
            raise failure(env, moto.StatesErrorNameType.StatesRuntime, cause)
        comparison.comparison_function.eval(env)

    def choose(state: Any, env: Any) -> None:
        # Without a default moto raises once every rule has been asked in vain.
        try:
            evaluate(state, env)
        except RuntimeError as error:
            cause = f"No choice rule of the state '{state.name}' matched, and it has no default."
            raise failure(env, moto.StatesErrorNameType.StatesNoChoiceMatched, cause) from error

    patches.set(moto.ComparisonVariable, "_eval_body", compare)
    patches.set(moto.StateChoice, "_eval_state", choose)
