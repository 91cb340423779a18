"""Dynamic references, `{{resolve:…}}`: values that no template and no state holds, read for each call."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.cloudformation.provider import Aws

REFERENCE = re.compile(r"\{\{resolve:(?P<service>[^:}]*):(?P<rest>(?:[^{}]|\$\{[^}]*\})*)\}\}")
"""What is pending before a deployment reads like `${Secret}`, and may stand inside."""
SECRET = re.compile(
    r"(?P<id>arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:[^:]+|[^:]+):SecretString:(?P<key>[^:]*)(:[^:]*)*"
)


def malformed_references(value: Any) -> list[str]:
    """Returns what is wrong with the dynamic references in a value that may hold others."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in malformed_references(item)]
    if isinstance(value, list):
        return [text for item in value for text in malformed_references(item)]
    if not isinstance(value, str) or "{{resolve:" not in value:
        return []
    references = list(REFERENCE.finditer(value))
    if len(references) < value.count("{{resolve:"):
        return [f"the dynamic reference in {value!r} has no end: close it with }}}}"]
    return [
        f"the dynamic reference {reference.group()} is not known: "
        "use secretsmanager:ID:SecretString:KEY, ssm or ssm-secure"
        for reference in references
        if reference["service"] not in _READERS
    ]


def resolve_references(value: Any, aws: Aws) -> Any:
    """Puts the values in the place of the references.

    Raises:
        LookupError: There is no such secret, key or parameter; the sentence names it, and shows no value.
    """
    if isinstance(value, dict):
        return {key: resolve_references(item, aws) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve_references(item, aws) for item in value]
    if not isinstance(value, str) or "{{resolve:" not in value:
        return value
    return REFERENCE.sub(lambda found: _READERS[found["service"]](found["rest"], aws), value)


def _secret(rest: str, aws: Aws) -> str:
    match = SECRET.fullmatch(rest)
    if match is None:
        raise LookupError(f"the secret reference {rest!r} is not of the form ID:SecretString:KEY")
    text = aws.client("secretsmanager").get_secret_value(SecretId=match["id"])["SecretString"]
    if not match["key"]:
        return str(text)
    values = json.loads(text)
    if match["key"] not in values:
        raise LookupError(f"the secret {match['id']} has no key {match['key']}")
    return str(values[match["key"]])


def _parameter(rest: str, aws: Aws) -> str:
    return str(aws.client("ssm").get_parameter(Name=rest, WithDecryption=True)["Parameter"]["Value"])


_READERS: dict[str, Callable[[str, Aws], str]] = {
    "secretsmanager": _secret,
    "ssm": _parameter,
    "ssm-secure": _parameter,
}
