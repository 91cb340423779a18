"""Does one thing for each of several, so that one that fails does not keep the others from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from functions.core.errors import OpsError, PermanentError, TemporaryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_T = TypeVar("_T")


class Outcome(NamedTuple):
    """What came of several attempts.

    Attributes:
        did: What was done, a sentence each.
        passing: What may succeed later, a sentence each.
        refused: What will stay refused until a person changes something, a sentence each.
    """

    did: tuple[str, ...]
    passing: tuple[str, ...]
    refused: tuple[str, ...]

    def and_then(self, other: Outcome) -> Outcome:
        """Returns both, this one first."""
        return Outcome(self.did + other.did, self.passing + other.passing, self.refused + other.refused)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Returns what was done, and what was gone on without."""
        return (*self.did, *(f"went on without: {sentence}" for sentence in self.refused))


def attempt_each(items: Iterable[_T], act: Callable[[_T], str | None]) -> Outcome:
    """Acts for each item, whatever becomes of the others; `act` returns None when there was nothing to do.

    Nothing is raised: the step that verifies finds what is missing.
    """
    did: list[str] = []
    passing: list[str] = []
    refused: list[str] = []
    for item in items:
        try:
            sentence = act(item)
        except TemporaryError as error:
            passing.append(str(error))
        except OpsError as error:
            refused.append(str(error))
        else:
            did += [sentence] if sentence else []
    return Outcome(tuple(did), tuple(passing), tuple(refused))


def try_all(items: Iterable[_T], act: Callable[[_T], str | None]) -> tuple[str, ...]:
    """Acts for each item and returns what was done; what failed is raised once all were tried.

    Raises:
        TemporaryError: One of them may succeed later.
        PermanentError: One of them was refused, and none may succeed later.
    """
    outcome = attempt_each(items, act)
    if outcome.passing:
        raise TemporaryError("; ".join((*outcome.passing, *outcome.refused)))
    if outcome.refused:
        raise PermanentError("; ".join(outcome.refused))
    return outcome.did
