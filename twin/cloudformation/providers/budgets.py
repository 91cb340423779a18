"""AWS::Budgets: what an environment may cost, and who hears when it costs more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Resource, register

if TYPE_CHECKING:
    from collections.abc import Mapping


def budget_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateBudget's input."""
    return {"AccountId": resource.aws.account, **resource.properties}


def budget_key(resource: Resource) -> dict[str, Any]:
    """Returns the key of a budget."""
    return {"AccountId": resource.aws.account, "BudgetName": resource.properties["Budget"]["BudgetName"]}


def change_budget(resource: Resource) -> None:
    """Writes a budget again under its name; the simulated AWS cannot change one in place."""
    calls.call(resource.aws, "budgets.DeleteBudget", budget_key(resource))
    calls.call(resource.aws, "budgets.CreateBudget", budget_input(resource))


register(
    Provider(
        kind="AWS::Budgets::Budget",
        create="budgets.CreateBudget",
        ref=lambda resource: str(resource.properties["Budget"]["BudgetName"]),
        adapt=budget_input,
        needs=frozenset({"Budget"}),
        update=change_budget,
        delete="budgets.DeleteBudget",
        delete_input=budget_key,
    ),
)
