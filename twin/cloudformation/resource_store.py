"""A store of resources of one kind: what is created is kept, described, changed and deleted by its key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin.api_faults import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.api_records import CallContext

Params = dict[str, Any]
MISSING, TAKEN = 404, 409


@dataclass
class ResourceStore:
    """The items of one kind, by their keys.

    Args:
        noun: The kind, as the operations spell it.
        member: Where an answer carries the item.
        keys: The parameters that name an item.
        born: Answers the members that AWS makes up when an item is created.
    """

    noun: str
    member: str
    keys: tuple[str, ...]
    born: Callable[[Params, CallContext], Params]
    items: dict[tuple[str, ...], Params] = field(default_factory=dict)

    def create(self, params: Params, context: CallContext) -> Params:
        """Answers Create…: a name is taken once."""
        item = {key: value for key, value in params.items() if key != "clientRequestToken"}
        item |= self.born(params, context)
        key = self._key(item)
        if key in self.items:
            raise ApiError("ResourceInUseException", f"{self.noun} already exists: {', '.join(key)}", TAKEN)
        self.items[key] = item
        return {self.member: dict(item)}

    def describe(self, params: Params, _context: CallContext) -> Params:
        """Answers Describe…."""
        return {self.member: dict(self.items[self._known(params)])}

    def update(self, params: Params, _context: CallContext) -> Params:
        """Answers Update…: what is given changes, the rest stays."""
        item = self.items[self._known(params)]
        item |= {key: value for key, value in params.items() if key in item and key not in self.keys}
        return {self.member: dict(item)}

    def delete(self, params: Params, _context: CallContext) -> Params:
        """Answers Delete…."""
        return {self.member: self.items.pop(self._known(params))}

    def _key(self, params: Params) -> tuple[str, ...]:
        return tuple(str(params.get(key)) for key in self.keys)

    def _known(self, params: Params) -> tuple[str, ...]:
        key = self._key(params)
        if key not in self.items:
            raise ApiError("ResourceNotFoundException", f"{self.noun} not found: {', '.join(key)}", MISSING)
        return key
