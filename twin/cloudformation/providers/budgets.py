"""AWS::Budgets: what an environment may cost, and who hears when it costs more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Made, Provider, register

if TYPE_CHECKING:
    from collections.abc import Mapping


def budget_input(made: Made) -> Mapping[str, Any]:
    """Builds CreateBudget's input."""
    return {"AccountId": made.aws.account, **made.properties}


def key(made: Made) -> dict[str, Any]:
    """Returns the key of a budget."""
    return {"AccountId": made.aws.account, "BudgetName": made.properties["Budget"]["BudgetName"]}


def change_budget(made: Made) -> None:
    """Writes a budget again under its name; the simulated AWS cannot change one in place."""
    calls.call(made.aws, "budgets.DeleteBudget", key(made))
    calls.call(made.aws, "budgets.CreateBudget", budget_input(made))


register(
    Provider(
        kind="AWS::Budgets::Budget",
        create="budgets.CreateBudget",
        ref=lambda made: str(made.properties["Budget"]["BudgetName"]),
        adapt=budget_input,
        needs=frozenset({"Budget"}),
        update=change_budget,
        delete="budgets.DeleteBudget",
        delete_input=key,
    ),
)
