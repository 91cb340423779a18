"""What the deployer must know about one resource type, as a declaration.

A provider names the API calls that create, update and delete the resource, and where `Ref` and `GetAtt` find
their answers. Properties are fitted onto the call's input by `fit`, so that a type whose names agree needs
one line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from twin.cloudformation.intrinsics import Pending

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Properties = Mapping[str, Any]


class Aws(Protocol):
    """The simulated AWS that a stack is deployed to."""

    region: str
    account: str
    exports: dict[str, Any]

    def client(self, service: str) -> Any:
        """Returns the boto3 client of a service."""


@dataclass
class Resource:
    """A resource while it is made, and afterwards."""

    logical: str
    kind: str
    properties: dict[str, Any]
    aws: Aws
    stack: str
    response: Mapping[str, Any] = field(default_factory=dict)
    physical: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    code: Path | None = None
    keep: str = "Delete"
    """The DeletionPolicy that was in force when it was deployed."""
    notes: dict[str, Any] = field(default_factory=dict)
    """What a provider remembers of the resource; one dictionary through all its changes and their undoing."""

    @property
    def pending(self) -> bool:
        """Returns whether this is a check before the deployment, so that no answer is there yet."""
        return isinstance(self.physical, Pending)

    def arn(self, service: str, resource: str) -> str:
        """Returns the ARN of a resource in this account and Region."""
        return f"arn:aws:{service}:{self.aws.region}:{self.aws.account}:{resource}"


Lookup = str | Callable[[Resource], Any]
"""A path in the creation's response such as `Role.Arn`, `=Name` for a property, or a function."""

Input = Callable[[Resource], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Step:
    """One API call after the main one.

    `build` answers its input, or None when the call is not needed.
    """

    operation: str
    build: Input
    loose: bool = False


@dataclass(frozen=True, kw_only=True)
class Provider:
    """How one resource type is created, looked up, changed and deleted."""

    kind: str
    create: str | Callable[[Resource], str]
    """`service.Operation`, as in the API; a function where the properties decide which."""
    ref: Lookup
    attributes: Mapping[str, Lookup] = field(default_factory=dict)
    name: str | None = None
    """The property that names the resource; a name is made up when the template leaves it out."""
    name_limit: int = 64
    numbered: bool = False
    """Whether AWS numbers such resources, so that an old one can stay beside the new one that replaces it."""
    adapt: Callable[[Resource], Mapping[str, Any]] | None = None
    """Rewrites properties whose structure differs from the API's; None passes them on as they are."""
    rename: Mapping[str, str] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
    """Properties that steps or `adapt` use, kept from the main call."""
    not_emulated: Mapping[str, str] = field(default_factory=dict)
    """Properties that are accepted without effect, each with its reason."""
    needs: frozenset[str] = frozenset()
    """Properties that CloudFormation requires, where the API does not."""
    checks: tuple[Callable[[Resource], Iterable[tuple[str, str]]], ...] = ()
    """Functions that answer (property, sentence) for every bad value that only AWS itself would find."""
    then: tuple[Step, ...] = ()
    finish: Callable[[Resource], None] | None = None
    """Does the rest after a creation or a change, where steps do not suffice."""
    update: str | Callable[[Resource], None] | None = None
    """The call that changes it in place; None means that it is made anew."""
    identity: Input = lambda _: {}
    """Members that the update call needs besides the properties."""
    immutable: frozenset[str] = frozenset()
    """Properties whose change makes it anew."""
    delete: str | None = None
    """The call that deletes it; None when it goes with another resource."""
    delete_input: Input = lambda _: {}
    before_delete: Callable[[Resource], None] | None = None
    """Takes away what would stop the deletion."""
    after_delete: Callable[[Resource], None] | None = None
    """Takes away what AWS itself would take with it."""

    def creation(self, resource: Resource) -> str:
        """Returns the operation that creates a resource."""
        return self.create if isinstance(self.create, str) else self.create(resource)

    def main_input(self, resource: Resource) -> Mapping[str, Any]:
        """Builds the input of the main call, before it is fitted."""
        if self.adapt:
            return {k: v for k, v in self.adapt(resource).items() if k not in self.not_emulated}
        return {
            self.rename.get(key, key): value
            for key, value in resource.properties.items()
            if key not in self.elsewhere and key not in self.not_emulated
        }


PROVIDERS: dict[str, Provider] = {}
"""Every resource type that the twin can deploy."""


def register(*providers: Provider) -> None:
    """Adds providers to the table."""
    for provider in providers:
        if provider.kind in PROVIDERS:
            raise ValueError(f"{provider.kind} has two providers")
        PROVIDERS[provider.kind] = provider


def look_up(where: Lookup, resource: Resource) -> Any:
    """Looks up what `Ref` or an attribute stands for.

    Raises:
        LookupError: The response does not hold it.
    """
    if callable(where):
        return where(resource)
    if where.startswith("="):
        return resource.properties[where[1:]]
    found: Any = resource.response
    for part in where.split("."):
        found = found[int(part)] if isinstance(found, list) else found[part]
    return found


def tags_of(properties: Properties) -> dict[str, str]:
    """Writes CloudFormation's tags, a list or a mapping, as a mapping."""
    tags = properties.get("Tags") or {}
    if isinstance(tags, dict):
        return {str(key): str(value) for key, value in tags.items()}
    return {str(tag["Key"]): str(tag["Value"]) for tag in tags}


def tag_list(resource: Resource) -> list[dict[str, str]]:
    """Writes a resource's tags as a list of keys and values."""
    return [{"Key": key, "Value": value} for key, value in tags_of(resource.properties).items()]


def update_in_steps(_: Resource) -> None:
    """Does nothing: the update of a type whose whole change happens in its steps, or in `finish`."""


def with_tag_map(*without: str) -> Callable[[Resource], Mapping[str, Any]]:
    """Returns an adapter that passes the properties on, tags as a mapping, some left out."""

    def adapt(resource: Resource) -> Mapping[str, Any]:
        kept = {key: value for key, value in resource.properties.items() if key not in without}
        return {**kept, "Tags": tags_of(resource.properties)} if "Tags" in kept else kept

    return adapt
