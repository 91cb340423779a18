"""Choice, where moto differs: types, missing paths, no rule that matches, and Assign in a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.state_machines import moto_names as moto
from twin.state_machines.comparisons import compares, is_kind
from twin.state_machines.failures import failure
from twin.state_machines.reading import read

if TYPE_CHECKING:
    from twin.patches import Patches


def patch(patches: Patches) -> None:
    """Lets moto's Choice answer and fail as AWS does."""
    patches.set(moto.ComparisonVariable, "_eval_body", _compare)
    patches.set(moto.ChoiceRule, "_eval_body", _follow)
    _patch_choice(patches)
    visit = moto.Preprocessor.visitChoice_rule_comparison_variable

    def visit_with_assign(preprocessor: Any, context: Any) -> Any:
        rule = visit(preprocessor, context)
        for child in context.children:
            statement = getattr(child, "children", None) or [None]
            if isinstance(statement[0], moto.AssignContext):
                vars(rule)["assign"] = preprocessor.visit(child)
        return rule

    patches.set(moto.Preprocessor, "visitChoice_rule_comparison_variable", visit_with_assign)


def _compare(comparison: Any, env: Any) -> None:
    function = comparison.comparison_function
    name = function.operator_type.name
    comparison.variable.eval(env)
    value = env.stack.pop()
    missing = isinstance(value, moto.NoSuchVariable)
    if name == "IsPresent":
        env.stack.append(missing is not function.value)
        return
    if missing:
        path = comparison.variable.string_sampler.literal_value
        cause = f"Invalid path '{path}': The choice state's condition path references an invalid value."
        raise failure(env, moto.StatesErrorNameType.StatesRuntime, cause)
    if name.startswith("Is"):
        env.stack.append(is_kind(name[2:], value) is function.value)
        return
    sampled = getattr(function, "string_variable_sample", None)
    wanted = function.value if sampled is None else sampled.expression
    if name.endswith("Path"):
        wanted = read(wanted, env)
    env.stack.append(compares(name.removesuffix("Path"), value, wanted))


def _follow(rule: Any, env: Any) -> None:
    given = env.stack[-1] if env.stack else None
    rule.comparison.eval(env)
    if env.stack[-1] is not True or not rule.next_stmt:
        return  # a rule inside of another has neither Next nor anything to assign
    env.heap["matched"] = True
    if rule.assign:
        env.stack.append(given)
        rule.assign.eval(env=env)
        env.stack.pop()
    if rule.output:
        rule.output.eval(env=env)


def _patch_choice(patches: Patches) -> None:
    evaluate, put_out = moto.StateChoice._eval_state, moto.StateChoice._eval_state_output

    def choose(state: Any, env: Any) -> None:
        # Without a default moto raises once every rule has been asked in vain.
        try:
            evaluate(state, env)
        except RuntimeError as error:
            if not str(error.args[0]).startswith("No branching option"):
                cause = f"A condition of the state '{state.name}' is no boolean."
                raise failure(env, moto.StatesErrorNameType.StatesQueryEvaluationError, cause) from error
            cause = f"No choice rule of the state '{state.name}' matched, and it has no default."
            raise failure(env, moto.StatesErrorNameType.StatesNoChoiceMatched, cause) from error

    def put_out_once(state: Any, env: Any) -> None:
        # moto takes a matched rule that leads to the default's state for no match, and assigns over it.
        assign, output = state.assign_decl, state.output
        if env.heap.pop("matched", None):
            state.assign_decl = state.output = None
        try:
            put_out(state, env)
        finally:
            state.assign_decl, state.output = assign, output

    patches.set(moto.StateChoice, "_eval_state", choose)
    patches.set(moto.StateChoice, "_eval_state_output", put_out_once)
