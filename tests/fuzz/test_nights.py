"""Nights that nobody arranged: twenty seeds here, a thousand in `toban bench nights`."""

from __future__ import annotations

import pytest

from functions.night_scaling.policy import verification
from tests.fuzz.hunt import Broken, hunt, shrink
from tests.fuzz.playing import play
from tests.fuzz.story import ACTS, FAULTS, LATER_ACTS, tell

SEEDS = 20


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_random_story_keeps_every_promise(seed: int) -> None:
    broken = [str(shrink(broken)) for broken in hunt([seed])]
    assert not broken, broken[0]


def test_the_same_seed_tells_the_same_story_and_plays_it_the_same_way() -> None:
    for seed in (3, 7):
        assert str(tell(seed)) == str(tell(seed))
        first, second = play(tell(seed)), play(tell(seed))
        assert (first.told, first.land) == (second.told, second.land)


def test_the_stories_are_of_all_shapes() -> None:
    events = [event.what for seed in range(200) for event in tell(seed).events]
    assert set(events) == {*ACTS, *LATER_ACTS, *FAULTS}
    assert {tell(seed).night[1] for seed in range(50)} == {"running", "reduced", "stopped"}


def test_a_story_that_breaks_a_promise_is_made_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sleep that is verified whatever is there: some story shows it, and nothing in it is there in vain."""
    monkeypatch.setattr(verification, "_nodes", lambda *_args, **_more: iter(()))
    monkeypatch.setattr(verification, "_workloads", lambda *_args, **_more: iter(()))
    found = next(hunt(range(100)))
    short = shrink(found)
    assert short.promises
    assert len(str(short.story)) <= len(str(found.story))
    assert shrink(Broken(short.story, short.promises)) == short
