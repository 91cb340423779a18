"""Makes, changes and deletes one resource, as its provider declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import PROVIDERS, Provider, Resource, look_up

if TYPE_CHECKING:
    from collections.abc import Mapping

GONE = ("NotFound", "NoSuch", "ResourceNotFound", "NotFoundException", "NonExistent", "DoesNotExist")
"""Parts of the error codes that say that a resource is deleted already."""


def create(resource: Resource) -> None:
    """Makes a resource and notes its physical id and attributes."""
    provider = PROVIDERS[resource.kind]
    resource.response = calls.call(resource.aws, provider.creation(resource), provider.main_input(resource))
    resource.physical = str(look_up(provider.ref, resource))
    _finish(resource, provider)
    for attribute, where in provider.attributes.items():
        try:
            resource.attributes[attribute] = look_up(where, resource)
        except (LookupError, TypeError):
            continue  # an attribute that is not there is reported to whoever asks for it


def change(resource: Resource, provider: Provider) -> None:
    """Changes a resource in place, to the properties that it now carries."""
    if callable(provider.update):
        provider.update(resource)
    elif provider.update:
        given = {**provider.main_input(resource), **(provider.identity(resource) or {})}
        calls.call(resource.aws, provider.update, given, loose=True)
    _finish(resource, provider)


def changes_in_place(provider: Provider, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Returns whether the update call can turn the old properties into the new ones."""
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    name = {provider.name} if provider.name else set()
    return provider.update is not None and not changed & (provider.immutable | name)


def remove(resource: Resource) -> None:
    """Deletes a resource; one that is gone already is no error."""
    provider = PROVIDERS[resource.kind]
    if provider.delete is None:
        return
    try:
        if provider.before_delete:
            provider.before_delete(resource)
        calls.call(resource.aws, provider.delete, provider.delete_input(resource) or {})
        if provider.after_delete:
            provider.after_delete(resource)
    except Exception as error:
        if not any(part in _code(error) for part in GONE):
            raise


def warnings(resource: Resource) -> list[str]:
    """Returns a sentence for each property of a resource that is accepted without effect."""
    reasons = PROVIDERS[resource.kind].not_emulated
    return [
        f"{resource.logical}: {key} has no effect in the twin ({reasons[key]})"
        for key in resource.properties
        if key in reasons
    ]


def _finish(resource: Resource, provider: Provider) -> None:
    for step in provider.then:
        given = step.build(resource)
        if given is not None:
            calls.call(resource.aws, step.operation, given, loose=step.loose)
    if provider.finish:
        provider.finish(resource)


def _code(error: Exception) -> str:
    response = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


def describe_error(error: Exception) -> str:
    """Returns in one line what a refused call answered."""
    response = getattr(error, "response", None)
    if response:
        return f"AWS refused it: {response['Error'].get('Code')}: {response['Error'].get('Message')}"
    return f"it failed: {error}" if str(error) else f"it failed: {error!r}"
