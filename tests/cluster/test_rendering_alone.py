"""The twin renders an environment with Python alone, and its answer is kustomize's own."""

import pytest

from toban.manifests import rendering
from twin import manifests
from twin.world.deployments import OPERATED


def by_identity(objects: list[rendering.Object]) -> dict[tuple[str, str], rendering.Object]:
    return {(each["apiVersion"], rendering.name_of(each)): each for each in objects}


@pytest.mark.parametrize("environment", OPERATED)
def test_the_twins_rendering_is_kustomizes(environment: str) -> None:
    folder = rendering.ROOT / "overlays" / environment

    own, theirs = map(
        by_identity, ([rendering.named(each) for each in manifests.render(folder)], rendering.render(folder))
    )

    assert own.keys() == theirs.keys()
    assert {key: own[key] for key in own if own[key] != theirs[key]} == {}
