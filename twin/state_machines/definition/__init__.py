"""What a state machine may say in the twin; the rest is refused, by state and field, before anything runs."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from twin.state_machines import moto_names as moto
from twin.state_machines.definition.flow import doubled_names, program_findings
from twin.state_machines.definition.scope import JSONATA, JSONPATH, Scope, assigned, programs, states_of
from twin.state_machines.definition.states import state_findings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin.patches import Patches

__all__ = ["InvalidDefinitionError", "express_findings", "patch", "unsupported_features"]

_WAITS = re.compile(r'(\.sync(?::2)?|\.waitForTaskToken)"')


class InvalidDefinitionError(moto.AWSError):
    """CreateStateMachine and UpdateStateMachine refuse a definition."""

    TYPE = "InvalidDefinition"
    STATUS = 400


def unsupported_features(definition: Mapping[str, Any]) -> list[str]:
    """Returns what the twin cannot run, or what AWS would refuse, in this definition.

    Args:
        definition: The parsed ASL.

    Returns:
        One sentence per finding, each beginning with the path of the state; empty when all is well.
    """
    if not isinstance(definition, dict):
        return ["The machine: the definition is no object."]
    language = definition.get("QueryLanguage", JSONPATH)
    own = assigned(definition)
    return [*doubled_names(definition), *_level(definition, Scope("", language, frozenset(), own))]


def _level(program: Mapping[str, Any], scope: Scope) -> Iterator[str]:
    where = scope.path or "The machine"
    if scope.language not in (JSONPATH, JSONATA):
        yield f"{where}: QueryLanguage is {scope.language!r}; it is JSONPath or JSONata."
    yield from program_findings(program, scope.path)
    for name, state in states_of(program).items():
        here = scope.of(name)
        language = state.get("QueryLanguage", scope.language)
        if language not in (JSONPATH, JSONATA):
            yield f"{here}: QueryLanguage is {language!r}; it is JSONPath or JSONata."
        elif language == JSONPATH and scope.language == JSONATA:
            yield f"{here}: QueryLanguage: a JSONata machine has no JSONPath in it."
        yield from state_findings(state, here, scope._replace(language=language))
        for tail, inner in programs(state):
            yield from _level(inner, scope.inner(here + tail, inner, language))


def patch(patches: Patches) -> None:
    """Lets CreateStateMachine and UpdateStateMachine refuse what is named above, before moto reads it."""
    validate = moto.models.StepFunctionsParserBackend._validate_definition

    def validate_all(definition: str) -> None:
        try:
            findings = unsupported_features(json.loads(definition))
        except ValueError as error:
            raise InvalidDefinitionError(f"The definition is no JSON: {error}") from error
        if findings:
            raise InvalidDefinitionError(" ".join(findings))
        validate(definition)

    patches.set(moto.models.StepFunctionsParserBackend, "_validate_definition", staticmethod(validate_all))
    create = moto.models.StepFunctionsParserBackend.create_state_machine

    def create_kind(backend: Any, **given: Any) -> Any:
        if given.get("sm_type") == "EXPRESS":
            findings = express_findings(given["definition"])
            if findings:
                raise InvalidDefinitionError(" ".join(findings))
        return create(backend, **given)

    patches.set(moto.models.StepFunctionsParserBackend, "create_state_machine", create_kind)


def express_findings(definition: str) -> list[str]:
    """Returns what an EXPRESS machine may not have: it waits for nothing and distributes nothing.

    Args:
        definition: As JSON.
    """
    patterns = sorted(set(_WAITS.findall(definition)))
    found = [f"The machine: an EXPRESS machine has no {pattern}." for pattern in patterns]
    if '"DISTRIBUTED"' in definition:
        found.append("The machine: an EXPRESS machine has no distributed map.")
    return found
