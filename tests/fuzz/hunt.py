"""Plays the stories of many seeds, and makes the first one that breaks a promise as short as it can be."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from tests.fuzz.playing import play
from tests.fuzz.story import Story, shorter, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Broken(NamedTuple):
    """A story, and the promises that it breaks."""

    story: Story
    promises: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([str(self.story), *(f"  breaks: {promise}" for promise in self.promises)])


def judge(story: Story) -> tuple[str, ...]:
    """Returns what a story breaks; what nobody foresaw breaks as well."""
    try:
        return tuple(play(story).broken)
    except Exception as error:  # noqa: BLE001 - whatever it is, a night must not end in it
        return (f"{type(error).__name__}: {error}",)


def hunt(seeds: Iterable[int]) -> Iterator[Broken]:
    """Plays each seed and yields those that break something."""
    for seed in seeds:
        promises = judge(tell(seed))
        if promises:
            yield Broken(tell(seed), promises)


def shrink(broken: Broken) -> Broken:
    """Returns the shortest story that still breaks something, by leaving things out one by one."""
    for story in shorter(broken.story):
        promises = judge(story)
        if promises:
            return shrink(Broken(story, promises))
    return broken


def main() -> int:
    """Plays the seeds from the first argument to before the second; 1 when one breaks a promise."""
    for broken in hunt(range(int(sys.argv[1]), int(sys.argv[2]))):
        sys.stdout.write(f"{broken}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
