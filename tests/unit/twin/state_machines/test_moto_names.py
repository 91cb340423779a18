"""moto is patched by private names: this says which of them a new version has changed."""

from __future__ import annotations

import inspect

import moto
import pytest

from twin.state_machines.moto_names.signatures import SIGNATURES


@pytest.mark.parametrize(
    ("owner", "name"),
    SIGNATURES,
    ids=[f"{getattr(owner, '__name__', owner)}.{name}" for owner, name in SIGNATURES],
)
def test_moto_still_has_the_name_with_the_parameters_the_twin_knows(owner: object, name: str) -> None:
    found = getattr(owner, name, None)
    assert found is not None, f"moto {moto.__version__} has no {owner}.{name} any more"
    parameters = ", ".join(inspect.signature(found).parameters)
    assert f"({parameters})" == SIGNATURES[owner, name], f"moto {moto.__version__} changed {owner}.{name}"
