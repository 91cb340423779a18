"""What is wrong with a template, as `file:line: sentence`, gathered so that one pass reports all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin.cloudformation.places import Route, Sources


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake: where it stands, and a sentence that says what is wrong and what to do."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class TemplateError(Exception):
    """A template that the twin refuses to deploy, with every problem that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Problems:
    """Gathers the problems of one template, each placed on its line."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._found: dict[Problem, None] = {}

    def add(self, route: Route, message: str, *, needle: str | None = None) -> None:
        """Records a problem.

        Args:
            route: Where in the template, as keys and indexes from the root.
            message: The sentence for people; the resource's name is put in front of it.
            needle: Text that stands on the guilty line, for a resource that the SAM transform has generated.
        """
        place = self._sources.place(route, needle=needle)
        heads = {"Resources": "Resource", "Outputs": "Output", "Parameters": "Parameter", "Rules": "Rule"}
        head = heads.get(str(route[0])) if len(route) > 1 else None
        text = f"{head} {route[1]}: {message}" if head else message
        self._found.setdefault(Problem(place.file, place.line, text))

    def graft(self, route: Route, other: Sources) -> None:
        """Learns the lines of another file whose content was put under a route."""
        self._sources.graft(route, other)

    def extend(self, problems: Sequence[Problem]) -> None:
        """Takes over problems that were found elsewhere, in a nested stack for example."""
        for problem in problems:
            self._found.setdefault(problem)

    @property
    def found(self) -> list[Problem]:
        """What was found, in the order of files and lines."""
        return sorted(self._found)

    def stop_if_any(self) -> None:
        """Raises TemplateError when at least one problem was found."""
        if self._found:
            raise TemplateError(self.found)
