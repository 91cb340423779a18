"""What the templates give a machine is what it uses, and behind each step is the handler of its name."""

from typing import Any

import pytest

from toban.machines.bindings import Binding, check_bindings

BINDING = Binding(
    "templates/lamp.yaml",
    {name: name for name in ("DecideFunction", "ActFunction", "GiveUpFunction")},
    {
        "DecideFunction": "functions.lamp.steps.decide.handler",
        "ActFunction": "functions.lamp.steps.act.handler",
        "GiveUpFunction": "functions.lamp.steps.give_up.handler",
    },
)
TEXT = "${DecideFunction} ${ActFunction} ${GiveUpFunction}"


def found(machine: dict[str, Any], binding: Binding, text: str = TEXT) -> list[str]:
    return [f"{fault.place}: {fault.text}" for fault in check_bindings("lamp", machine, text, binding)]


def test_a_binding_that_fits_has_no_fault(machine: dict[str, Any]) -> None:
    assert found(machine, BINDING) == []


@pytest.mark.parametrize(
    ("binding", "text", "told"),
    [
        (BINDING, f"{TEXT} ${{PageTopic}}", "the machine: ${PageTopic}: DefinitionSubstitutions"),
        (
            BINDING._replace(given={**BINDING.given, "PageTopic": "PageTopic"}),
            TEXT,
            "the machine: ${PageTopic} is given in templates/lamp.yaml, and never used",
        ),
        (
            BINDING._replace(
                handlers={**BINDING.handlers, "ActFunction": "functions.lamp.steps.decide.handler"}
            ),
            TEXT,
            "Act: its handler is functions.lamp.steps.decide.handler",
        ),
        (
            BINDING._replace(given={**BINDING.given, "ActFunction": "GoneFunction"}),
            TEXT,
            "Act: Parameters.FunctionName: no function stands behind it",
        ),
        (
            BINDING._replace(timeouts={"ActFunction": 31}),
            TEXT,
            "Act: TimeoutSeconds: its function works for up to 31 s",
        ),
    ],
)
def test_a_binding_that_does_not_fit_is_refused_with_its_place(
    machine: dict[str, Any], binding: Binding, text: str, told: str
) -> None:
    assert any(fault.startswith(told) for fault in found(machine, binding, text)), found(
        machine, binding, text
    )
