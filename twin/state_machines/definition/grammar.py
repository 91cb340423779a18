"""How a definition is handed to moto's grammar: in the shape that it reads, by the quicker of two ways."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from antlr4 import PredictionMode  # type: ignore[import-untyped]  # it publishes no types

from twin.state_machines import moto_names as moto

if TYPE_CHECKING:
    from collections.abc import Callable

_WHOLE_PERCENTAGE = re.compile(r'("ToleratedFailurePercentage":\d+)(?=[,}])')


def readable(definition: str) -> str:
    """Returns a definition without spaces, its percentages with a decimal: moto's grammar knows no others."""
    compact = json.dumps(json.loads(definition), separators=(",", ":"))
    return _WHOLE_PERCENTAGE.sub(r"\1.0", compact)


def quickly(parse: Callable[[str], Any], definition: str) -> Any:
    """Returns what moto's parser makes of a definition.

    ANTLR's weaker prediction takes two thirds of the time and reads all but a few texts; what it does not
    read is read again by the stronger one.

    Args:
        parse: moto's own.
        definition: As `readable` returns it.
    """
    names: dict[str, Any] = vars(moto.asl_parser)
    whole = names["ASLParser"]
    names["ASLParser"] = _Quick
    try:
        return parse(definition)
    except moto.asl_parser.ASLParserException:
        names["ASLParser"] = whole
        return parse(definition)
    finally:
        names["ASLParser"] = whole


class _Quick(moto.ASLParser):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._interp.predictionMode = PredictionMode.SLL
