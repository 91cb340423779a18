"""Plays a story whose environment is a fleet: several clusters, one table, one bus and two topics."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.fuzz.observers import judge_environment
from tests.fuzz.playing import TICK, Played, Player
from tests.fuzz.story import FAULTS
from tests.fuzz.walking import ExecutionKilled, Night

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fuzz.story import Event, Story

EVERYBODYS = ("hold_awake", "hold_asleep", "pause")


def is_everybodys(event: Event) -> bool:
    """Tells whether something happens to the environment, and so to all of its members."""
    shared = ("table", "pager", "notices", "announcer")
    return event.what in EVERYBODYS or (event.what in FAULTS and FAULTS[event.what][0].startswith(shared))


def parts(story: Story) -> list[Story]:
    """Returns each member's part: what happens to one cluster happens to that member alone."""
    return [
        replace(
            story,
            events=tuple(
                event
                for event in story.events
                if is_everybodys(event) or (event.minute + event.which) % story.members == number
            ),
        )
        for number in range(story.members)
    ]


def play_fleet(story: Story) -> Played:
    """Plays a story to its end, and returns the first member's as it went, with what all of them broke."""
    players: list[Player] = []
    for target, part in zip(story.targets, parts(story), strict=True):
        players.append(Player(part, target=target, beside=players[0] if players else None))
    at = story.begin
    while at <= story.end:
        due = _due(players[0], at)
        for player in players:
            if player.target in due:
                player.tick(at)
            else:
                player.idle(at)
        at += TICK
    played = [player.judge() for player in players]
    first = played[0]
    for other in played[1:]:
        first.land.broken += [f"{other.target} {sentence}" for sentence in other.land.broken]
    judge_environment(first, story)
    return first


def _due(player: Player, at: datetime) -> set[str]:
    """Returns whom the fleet's own machine starts; nobody while it cannot read the table."""
    walk = player.walk = Night("night_fleet", player, now=at, name=f"fleet-{at:%d%H%M}")
    listed = {**walk.machine["States"], "EachTarget": {"Type": "Succeed"}}
    walk.machine = {**walk.machine, "States": listed}
    walk.package = "functions.night_scaling.steps"
    own = player.watched.settings._replace(environment="dev", cluster="c-own")
    walk.world = replace(player.watched, settings=own)
    try:
        answer = walk.run({"target": "dev", "cause": "fleet"})
    except ExecutionKilled:
        return set()
    return {str(target["target"]) for target in answer.get("targets", ())}
