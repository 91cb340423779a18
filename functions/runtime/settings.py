"""What the template tells a function through its environment, read once, on the first call."""

import os
from functools import cache
from typing import NamedTuple

from functions.core.errors import PermanentError


class Settings(NamedTuple):
    """The names of what one control plane operates and uses.

    Attributes:
        environment: Environment, and the target's name in the control table.
        cluster: EKS cluster.
        nodegroups: Managed node groups that may be scaled.
        databases: RDS instances that a mode may stop.
        control_table: DynamoDB table.
        event_bus: Toban's own bus.
        page_topic: ARN of the topic that reaches a person.
        notice_topic: ARN of the topic that tells the team of what is about to happen; nobody is woken by it.
        observe_days: Days from the first tick on which Toban only says what it would do; 0 acts at once.
        docs_url: Address of the folder `docs` of the deployed version, which pages link to; empty when nobody
            gave one.
        tracing: Whether X-Ray is asked for.
    """

    environment: str
    cluster: str
    nodegroups: tuple[str, ...]
    databases: tuple[str, ...]
    control_table: str
    event_bus: str
    page_topic: str
    notice_topic: str
    observe_days: int = 0
    docs_url: str = ""
    tracing: bool = False


@cache
def settings() -> Settings:
    """Returns the settings of this function's environment.

    Raises:
        PermanentError: A variable is missing or empty; the sentence names it.
    """
    return Settings(
        environment=_needed("TOBAN_ENVIRONMENT"),
        cluster=_needed("TOBAN_CLUSTER"),
        nodegroups=_names("TOBAN_NODEGROUPS"),
        databases=_names("TOBAN_DATABASES"),
        control_table=_needed("TOBAN_CONTROL_TABLE"),
        event_bus=_needed("TOBAN_EVENT_BUS"),
        page_topic=_needed("TOBAN_PAGE_TOPIC"),
        notice_topic=_needed("TOBAN_NOTICE_TOPIC"),
        observe_days=_number("TOBAN_OBSERVE_DAYS"),
        docs_url=os.environ.get("TOBAN_DOCS_URL", "").strip(),
        tracing=os.environ.get("TOBAN_TRACING", "off") == "on",
    )


def _needed(variable: str) -> str:
    value = os.environ.get(variable, "").strip()
    if not value:
        raise PermanentError(
            f"The environment variable {variable} is missing: template.yaml sets it under Globals."
        )
    return value


def _number(variable: str) -> int:
    value = os.environ.get(variable, "0")
    if not value.isdecimal():
        raise PermanentError(f"The environment variable {variable} must be a whole number, not {value!r}.")
    return int(value)


def _names(variable: str) -> tuple[str, ...]:
    return tuple(name for part in os.environ.get(variable, "").split(",") if (name := part.strip()))
