"""Where the values of a template were written: the file and line of each, generated resources included."""

from __future__ import annotations

from dataclasses import dataclass, field

Route = tuple[str | int, ...]
"""Keys and indexes from the root of a template to one of its values."""


@dataclass(frozen=True)
class Place:
    """A line of a file; lines count from 1."""

    file: str
    line: int


@dataclass
class Sources:
    """Where each value of a template was written."""

    root: str
    places: dict[Route, Place] = field(default_factory=dict)
    texts: dict[Route, str] = field(default_factory=dict)

    def graft(self, route: Route, other: Sources) -> None:
        """Hangs the places of another file, a machine's definition for example, under a route."""
        self.places.update({route + inner: place for inner, place in other.places.items()})
        self.texts.update({route + inner: text for inner, text in other.texts.items()})

    def place(self, route: Route, *, needle: str | None = None) -> Place:
        """Returns the line of a route, or of its nearest written ancestor.

        Resources that the SAM transform generates carry the name of their origin in front of their own; their
        lines are looked up there, and `needle` finds the line inside of it, or inside `Globals`.
        """
        exact = self._origin(route)
        if needle and exact not in (route, ()):
            for base in (exact[:2], ("Globals",)):
                found = next(
                    (at for at, text in self.texts.items() if at[: len(base)] == base and needle in text),
                    None,
                )
                if found:
                    return self.places[found]
        return self.places.get(exact, Place(self.root, 1))

    def _origin(self, route: Route) -> Route:
        """Returns the nearest route that was really written."""
        origin = self._generated_from(route) if len(route) > 1 and route[:2] not in self.places else route
        while origin and origin not in self.places:
            origin = origin[:-1]
        return origin

    def _generated_from(self, route: Route) -> Route:
        """Returns the route of the resource, or of its event, that a generated resource was made from."""
        section, name, rest = route[0], str(route[1]), route[2:]
        written = [str(at[1]) for at in self.places if len(at) == 2 and at[0] == section]  # noqa: PLR2004 - section, name
        parent = max((w for w in written if name.startswith(w)), key=len, default=None)
        if parent is None:
            return (section,)
        events = (section, parent, "Properties", "Events")
        for at in self.places:
            event = at[4] if len(at) == 5 and at[:4] == events else None  # noqa: PLR2004 - events, then the name
            if event and name[len(parent) :].startswith(str(event)):
                return (*events, event, *rest)
        return (section, parent, *rest)
