"""Makes, changes and deletes one resource, as its provider declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import PROVIDERS, Made, Provider, answer

if TYPE_CHECKING:
    from collections.abc import Mapping

GONE = ("NotFound", "NoSuch", "ResourceNotFound", "NotFoundException", "NonExistent", "DoesNotExist")
"""Parts of the error codes that say that a resource is deleted already."""


def create(made: Made) -> None:
    """Makes a resource and notes its physical id and attributes."""
    provider = PROVIDERS[made.kind]
    made.response = calls.call(made.aws, provider.creation(made), provider.main_input(made))
    made.physical = str(answer(provider.ref, made))
    _finish(made, provider)
    for attribute, where in provider.attributes.items():
        try:
            made.attributes[attribute] = answer(where, made)
        except (LookupError, TypeError):
            continue  # an attribute that is not there is reported to whoever asks for it


def change(made: Made, provider: Provider) -> None:
    """Changes a resource in place, to the properties that it now carries."""
    if callable(provider.update):
        provider.update(made)
    elif provider.update:
        given = {**provider.main_input(made), **(provider.identity(made) or {})}
        calls.call(made.aws, provider.update, given, loose=True)
    _finish(made, provider)


def changes_in_place(provider: Provider, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Returns whether the update call can turn the old properties into the new ones."""
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    name = {provider.name} if provider.name else set()
    return provider.update is not None and not changed & (provider.immutable | name)


def remove(made: Made) -> None:
    """Deletes a resource; one that is gone already is no error."""
    provider = PROVIDERS[made.kind]
    if provider.delete is None:
        return
    try:
        if provider.before_delete:
            provider.before_delete(made)
        calls.call(made.aws, provider.delete, provider.delete_input(made) or {})
        if provider.after_delete:
            provider.after_delete(made)
    except Exception as error:
        if not any(part in _code(error) for part in GONE):
            raise


def _finish(made: Made, provider: Provider) -> None:
    for step in provider.then:
        given = step.build(made)
        if given is not None:
            calls.call(made.aws, step.operation, given, loose=step.loose)
    if provider.finish:
        provider.finish(made)


def _code(error: Exception) -> str:
    response = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


def sentence(error: Exception) -> str:
    """Returns in one line what a refused call answered."""
    response = getattr(error, "response", None)
    if response:
        return f"AWS refused it: {response['Error'].get('Code')}: {response['Error'].get('Message')}"
    return f"it failed: {error}" if str(error) else f"it failed: {error!r}"
