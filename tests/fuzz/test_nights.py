"""Nights that nobody arranged: twenty seeds here, a thousand in `toban bench nights`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from functions.night_scaling.policy import verification
from tests.fuzz.hunt import Broken, hunt, shrink
from tests.fuzz.playing import play
from tests.fuzz.story import ACTS, FAULTS, LATER_ACTS, Event, Story, tell

SEEDS = 20


def told(seed: int, begin: str, shape: dict[str, Any], *events: Event) -> Story:
    """Returns a story that begins at noon in Tokyo, with one day before the quiet one."""
    return Story(
        seed=seed,
        begin=datetime.fromisoformat(f"{begin}T03:00+00:00"),
        days=1,
        databases=(),
        events=events,
        **shape,
    )


ONCE_BROKEN = {
    "a wake finds a node group under an update, and gives its min back before it is verified": told(
        291,
        "2026-11-30",
        {
            "sizes": ((1, 1, 5), (1, 1, 3), (2, 3, 6)),
            "replicas": (1, 3, 1),
            "night": (1, "running", "running"),
            "share": 25,
            "guarded": False,
        },
        Event(570, "cluster", minutes=60),
        Event(615, "budget", 5, 3, 600),
        Event(1175, "update_group", 0, 3, 20),
    ),
    "a wake without capacity is turned back, and nothing that it had not brought back is forgotten": told(
        395,
        "2026-11-29",
        {
            "sizes": ((0, 3, 5),),
            "replicas": (3,),
            "night": (1, "running", "stopped"),
            "share": 100,
            "guarded": False,
        },
        Event(609, "barren", 2, 1, 120),
        Event(648, "hold_asleep", 4, 3, 15),
    ),
    "a pod comes to a node between the look at it and its closing, and the node waits for it": told(
        432,
        "2026-12-01",
        {
            "sizes": ((1, 1, 5), (0, 2, 4), (4, 4, 5)),
            "replicas": (4, 2, 2),
            "night": (0, "stopped", "running"),
            "share": 25,
            "guarded": True,
            "members": 3,
        },
        Event(609, "slow cluster", 2, 12, 300, 50),
    ),
}
"""Stories of the thousand seeds that broke a promise until it was mended, as short as they could be made."""


@pytest.mark.parametrize("story", ONCE_BROKEN.values(), ids=ONCE_BROKEN)
def test_a_story_that_once_broke_a_promise_keeps_it(story: Story) -> None:
    assert not play(story).broken


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
