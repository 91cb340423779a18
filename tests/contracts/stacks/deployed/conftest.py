"""One deployed production environment for all tests of this folder, which read it and change nothing."""

from collections.abc import Iterator

import pytest

from tests.contracts.stacks.environment import PROD, World, world


@pytest.fixture(scope="package")
def prod() -> Iterator[World]:
    with world(PROD) as made:
        yield made
