"""Reads a policy document, and holds it against the rules between its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.core.reading.faults import DocumentInvalid, Fault, listed
from functions.remediation.policy.codes import Ladder, Mode
from functions.remediation.policy.rules import Caps, Numbers, Policy, Service, Watched

if TYPE_CHECKING:
    from collections.abc import Iterator

_LADDERS = frozenset(ladder.value for ladder in Ladder)
_ABOUT_A_SERVICE = _LADDERS | {"diagnose", "page"}


def policy_of(checked: dict[str, Any]) -> Policy:
    """Returns the policy of a document that its schema has been held against.

    Raises:
        DocumentInvalid: its parts contradict each other; every place is named.
    """
    faults = [*_faults(checked)]
    if faults:
        raise DocumentInvalid(faults)
    services = {
        name: Service(
            name,
            Mode(value["mode"]),
            value["database_roles"],
            {rung: Mode(mode) for rung, mode in value["rungs"].items()},
        )
        for name, value in checked["services"].items()
    }
    return Policy(
        environment=checked["environment"],
        services=services,
        alarms={item["name"]: Watched(**item) for item in checked["alarms"]},
        caps=Caps(**checked["caps"]),
        numbers=Numbers(**checked["numbers"]),
        account=checked["account"],
        region=checked["region"],
    )


def _faults(checked: dict[str, Any]) -> Iterator[Fault]:
    seen: set[str] = set()
    names = checked["services"].keys()
    for place, item in enumerate(checked["alarms"]):
        path = f"$.alarms[{place}]"
        if item["name"] in seen:
            yield Fault(f"{path}.name", f'"{item["name"]}" stands twice; an alarm does one thing')
        seen.add(item["name"])
        if item["service"] is None and item["does"] in _ABOUT_A_SERVICE:
            yield Fault(f"{path}.service", f'is missing; "{item["does"]}" is about a service')
        elif item["service"] is not None and item["service"] not in names:
            known = listed(names) if names else "none"
            yield Fault(
                f"{path}.service", f'"{item["service"]}" is no service of this document; it has {known}'
            )
    about = {item["service"] for item in checked["alarms"]}
    for name in names:
        if name not in about:
            yield Fault(f"$.services.{name}", "no alarm is about it, so nothing would ever be done for it")
    if checked["caps"]["replicas"] < checked["numbers"]["ready_minimum"]:
        least = checked["numbers"]["ready_minimum"]
        yield Fault("$.caps.replicas", f"must be at least ready_minimum, {least}")
