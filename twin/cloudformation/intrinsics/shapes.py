"""What each intrinsic function takes, and where in a template it may stand.

CloudFormation user guide, "Intrinsic function reference" and the page of each function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloudformation.places import Route

COUNTS: Mapping[str, tuple[int, int, str]] = {
    "Fn::And": (2, 10, "2 to 10 conditions"),
    "Fn::Cidr": (2, 3, "an address range, a count and the bits of each block"),
    "Fn::Contains": (2, 2, "a list and a text"),
    "Fn::EachMemberEquals": (2, 2, "a list and a text"),
    "Fn::EachMemberIn": (2, 2, "two lists"),
    "Fn::Equals": (2, 2, "two values"),
    "Fn::FindInMap": (3, 4, "a mapping, a key and a name"),
    "Fn::GetAtt": (2, 2, "a resource and an attribute"),
    "Fn::If": (3, 3, "a condition and two values"),
    "Fn::Join": (2, 2, "a delimiter and a list"),
    "Fn::Not": (1, 1, "one condition"),
    "Fn::Or": (2, 10, "2 to 10 conditions"),
    "Fn::Select": (2, 2, "an index and a list"),
    "Fn::Split": (2, 2, "a delimiter and a text"),
    "Fn::Sub": (2, 2, "a text, or a text and its variables"),
}
"""Functions whose argument is a list: how many items it has, and what they are."""
LISTS = ("Fn::Cidr", "Fn::Select")
TEXT_FIRST = ("Fn::If", "Fn::Join", "Fn::Split", "Fn::Sub")
CONDITIONAL = {"Condition", "Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"}
OF_CONDITIONS = {
    *CONDITIONAL,
    "Fn::FindInMap",
    "Fn::If",
    "Fn::Join",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Ref",
}
OF_RULES = {*OF_CONDITIONS, "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn", "Fn::RefAll",
            "Fn::ValueOf", "Fn::ValueOfAll"}  # fmt: skip
RULES_ALONE = OF_RULES - OF_CONDITIONS
EXTENSIONS = {"Fn::Length", "Fn::ToJsonString"}
"""Functions of the transform AWS::LanguageExtensions."""


def refused_call(name: str, argument: Any, route: Route, *, extended: bool) -> str | None:
    """Returns why a function cannot be called so, or there; None when it can.

    Args:
        name: The function.
        argument: What it is given, not evaluated.
        route: Where it stands.
        extended: Whether the template has the transform AWS::LanguageExtensions.
    """
    return _misplaced(name, route, extended=extended) or _misshapen(name, argument, extended=extended)


def _misplaced(name: str, route: Route, *, extended: bool) -> str | None:
    section = str(route[0]) if route else ""
    if section == "Conditions" and name not in OF_CONDITIONS:
        return f"{name} cannot stand in Conditions: use {', '.join(sorted(OF_CONDITIONS))}"
    if section == "Rules" and name not in OF_RULES:
        return f"{name} cannot stand in Rules: use {', '.join(sorted(OF_RULES))}"
    if section in ("Resources", "Outputs") and name in RULES_ALONE:
        return f"{name} is a function of Rules, and cannot stand here"
    if section in ("Resources", "Outputs") and name in CONDITIONAL - {"Condition"}:
        return f"{name} is a function of Conditions, and cannot stand here: name a condition and use Fn::If"
    if name in EXTENSIONS and not extended:
        return f"{name} needs the transform AWS::LanguageExtensions: add it"
    return None


def _misshapen(name: str, argument: Any, *, extended: bool) -> str | None:
    if name == "Ref" and not isinstance(argument, str):
        return "Ref takes the name of a parameter or a resource: write it as text"
    if name not in COUNTS or (name in ("Fn::GetAtt", "Fn::Sub") and isinstance(argument, str)):
        return None
    least, most, what = COUNTS[name]
    if name == "Fn::FindInMap" and not extended:
        most = least
    if not isinstance(argument, list):
        # Cidr and Select may be given a function that makes the list.
        made = name in LISTS and isinstance(argument, dict)
        return None if made else f"{name} takes {what}, in a list: write one"
    if not least <= len(argument) <= most:
        return f"{name} takes {what}, not {len(argument)} items: correct its arguments"
    wrong = (name in TEXT_FIRST and not isinstance(argument[0], str)) or (
        name == "Fn::Sub" and not isinstance(argument[1], dict)
    )
    return f"{name} takes {what}: correct its arguments" if wrong else None
