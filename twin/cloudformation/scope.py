"""What the names in one template mean: parameters, pseudo parameters, resources and their attributes."""

from __future__ import annotations

import difflib
import functools
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics import Pending
from twin.cloudformation.provider import PROVIDERS, Provider, Resource, look_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


ATTRIBUTES = Path(__file__).with_name("attributes.json")
NESTED_STACK = "AWS::CloudFormation::Stack"


@dataclass
class TemplateScope:
    """A scope in which resources answer as far as they are made; until then their answers are pending."""

    template: Mapping[str, Any]
    parameters: Mapping[str, Any]
    pseudo: Mapping[str, Any]
    exports: Mapping[str, Any]
    made: dict[str, Resource] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)
    """Resources whose condition is false, each with the condition's name."""
    nested_outputs: Mapping[str, Iterable[str]] = field(default_factory=dict)
    """The output names of each nested stack."""
    asked: dict[str, None] = field(default_factory=dict)
    """The resources that were asked for since it was last cleared: what the asker depends on."""

    def reference(self, name: str) -> Any:
        """Returns `Ref` of a resource."""
        self._known(name, f"Ref {name}")
        resource = self.made.get(name)
        return resource.physical if resource else Pending(f"${{{name}}}")

    def attribute(self, name: str, attribute: str) -> Any:
        """Returns `Fn::GetAtt` of a resource."""
        self._known(name, f"GetAtt {name}.{attribute}")
        kind = self.template["Resources"][name]["Type"]
        if kind == NESTED_STACK:
            return self._nested(name, attribute)
        provider = PROVIDERS.get(kind)
        if provider and not attribute.startswith("Tags.") and attribute not in provider.attributes:
            return self._property(name, kind, attribute, provider)
        resource = self.made.get(name)
        if resource is None or provider is None:
            return Pending(f"${{{name}.{attribute}}}")
        return attribute_of(resource, attribute, provider)

    def _property(self, name: str, kind: str, attribute: str, provider: Provider) -> Any:
        """Returns an attribute that only repeats a property of the same name, as several types have them."""
        if attribute not in attributes_of(kind):
            hint = suggestion(attribute, provider.attributes)
            raise LookupError(f"{kind} has no attribute {attribute} (GetAtt {name}.{attribute}){hint}")
        if attribute not in (self.template["Resources"][name].get("Properties") or {}):
            known = ", ".join(sorted(provider.attributes)) or "none"
            text = (
                f"not emulated: the attribute {attribute} of {kind} (GetAtt {name}.{attribute}); {known} are"
            )
            raise LookupError(text)
        resource = self.made.get(name)
        return resource.properties[attribute] if resource else Pending(f"${{{name}.{attribute}}}")

    def _nested(self, name: str, attribute: str) -> Any:
        outputs = {f"Outputs.{output}" for output in self.nested_outputs.get(name, ())}
        if name in self.nested_outputs and attribute not in outputs:
            raise LookupError(f"the nested stack {name} has no {attribute}{suggestion(attribute, outputs)}")
        resource = self.made.get(name)
        return resource.attributes[attribute] if resource else Pending(f"${{{name}.{attribute}}}")

    def _known(self, name: str, what: str) -> None:
        self.asked[name] = None
        resources = self.template["Resources"]
        if name not in resources:
            names = [*resources, *self.parameters, *self.pseudo]
            hint = suggestion(name, names, "define it or correct the name")
            raise LookupError(f"{what}: there is no resource or parameter {name}{hint}")
        if name in self.absent:
            condition = f"its condition {self.absent[name]} is false"
            raise LookupError(f"{what}: {name} does not exist when {condition}: put an If around it")


@functools.cache
def attributes_of(kind: str) -> frozenset[str]:
    """Returns every attribute that AWS publishes of a type that the twin knows."""
    known: dict[str, str] = json.loads(ATTRIBUTES.read_text(encoding="utf-8"))
    return frozenset(known.get(kind, "").split())


def attribute_of(resource: Resource, attribute: str, provider: Provider) -> Any:
    """Looks up an attribute of a resource that exists.

    Raises:
        LookupError: The simulated AWS gave no such value.
    """
    if attribute in resource.attributes:
        return resource.attributes[attribute]
    try:
        value = look_up(provider.attributes[attribute], resource)
    except (LookupError, TypeError) as error:
        raise LookupError(
            f"the simulated {resource.kind} {resource.logical} answered without {attribute} ({error!r})"
        ) from error
    resource.attributes[attribute] = value
    return value


def suggestion(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Returns a hint: the name that was probably meant, or else all the names that there are."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.75)
    if close:
        return f": did you mean {close[0]}?"
    if otherwise:
        return f": {otherwise}"
    return f": it has {', '.join(names) or 'none'}"
