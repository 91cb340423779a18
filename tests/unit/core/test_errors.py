"""Errors: whatever a step raises, the machine sees one of three names."""

import pytest

from functions.core import errors
from functions.core.errors import OpsError, PermanentError, SafetyRefusal, TemporaryError
from functions.runtime.entrypoint import crossing

MATCHED = (TemporaryError, PermanentError, SafetyRefusal)
KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, OpsError)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_crosses_as_the_one_of_three_that_it_descends_from(kind: type[OpsError]) -> None:
    crossed = crossing(kind("the sentence"))
    assert type(crossed) in MATCHED
    assert str(crossed) == "the sentence"
    for parent in MATCHED:
        assert issubclass(kind, parent) <= (type(crossed) is parent)


def test_what_is_none_of_the_three_stops_the_run() -> None:
    assert type(crossing(OpsError("unknown"))) is PermanentError
