"""Does one thing for each of several, so that one that fails does not keep the others from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.core.errors import PermanentError, TemporaryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def try_each(names: Iterable[str], act: Callable[[str], str | None]) -> list[str]:
    """Acts for each name and returns what was done; `act` returns None when there was nothing to do.

    A refusal that will stay is told among what was done, and the step that verifies finds what is missing.
    What may pass is raised once all were tried, so that the machine tries again.

    Raises:
        TemporaryError: One of them may succeed later.
        PermanentError: All of them were refused.
    """
    did: list[str] = []
    passing: list[str] = []
    refused: list[str] = []
    count = 0
    for name in names:
        count += 1
        try:
            sentence = act(name)
        except TemporaryError as error:
            passing.append(str(error))
        except PermanentError as error:
            refused.append(str(error))
        else:
            did += [sentence] if sentence else []
    if passing:
        raise TemporaryError("; ".join(passing))
    if refused and len(refused) == count:
        raise PermanentError("; ".join(refused))
    return [*did, *(f"went on without: {sentence}" for sentence in refused)]
