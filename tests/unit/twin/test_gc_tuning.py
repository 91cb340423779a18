"""The search for cycles is as it was before, once a world is closed, however it was closed."""

from __future__ import annotations

import gc

import pytest

from twin.gc_tuning import RARE, rare_collections


def test_collections_are_rare_inside_and_as_before_afterwards() -> None:
    before = gc.get_threshold()
    with rare_collections():
        assert gc.get_threshold() == RARE
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_a_world_that_breaks_gives_them_back_too() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="broken"), rare_collections():
        raise ValueError("broken")
    assert gc.get_threshold() == before
