"""The promises, judged by what is there and by what people were told; never by what Toban has written down.

The numbers are those of "What it promises" in docs/capabilities/night_scaling.md.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from functions.core.nodegroups import Size

if TYPE_CHECKING:
    from tests.fuzz.land import Land
    from tests.fuzz.playing import Played
    from tests.fuzz.story import Story

WHOLE = 100
ALARM = "ALARM "
REAPING = f"{ALARM}reaping"
TOKYO = timedelta(hours=9)
PLANNED = ("begins at", "would go to", "over since", "keeps ", "planned but not saved")
"""What notices say of what goes as it should."""


def judge_moment(played: Played, at: datetime) -> None:
    """Judges what has to hold at an instant of the quiet day, and of every day of a story without events."""
    local = at + TOKYO
    land = played.land
    if (local.hour, local.minute) == (21, 50):
        played.evening = {key: land.ready(key) for key in land.apps}
    if at < played.story.quiet_from and played.story.events:
        return
    if (local.hour, local.minute) == (3, 0):
        weekend = local.weekday() in (5, 6, 0)
        _asleep(played, (0, "stopped", "stopped") if weekend else played.story.night)
    if (local.hour, local.minute) == (8, 0) and local.weekday() < 5:
        _open(played)


def _emptied(played: Played) -> bool:
    """Tells whether a person has taken every node away by day: then nothing more is taken (promise 10)."""
    groups = [name for name, group in played.land.groups.items() if not group.protected]
    return bool(groups) and all(played.touched.get(name, [None])[-1] == 0 for name in groups)


def _asleep(played: Played, layers: tuple[int | None, str, str]) -> None:  # noqa: C901 - three layers
    """Promise 1: the night is as deep as its mode, but for what must stay."""
    land, (nodes, workloads, database) = played.land, layers
    if nodes is not None:
        _nodes_asleep(land, nodes)
    if _emptied(played):
        return
    for key, app in land.apps.items():
        most = {"stopped": 0, "reduced": 1}.get(workloads)
        if most is None or not app.opted_in or app.protected:
            continue
        if app.bounds and workloads == "reduced":
            if app.bounds.min > 1:
                land.breaks(f"[1] the autoscaler of {key} keeps {app.bounds.min} at night")
            continue
        if app.replicas > most:
            land.breaks(f"[1] {key} has {app.replicas} replicas at night")
        if app.scaled and app.scaled.paused is None:
            land.breaks(f"[1] KEDA scales {key} at night")
    if workloads == "stopped" and not all(land.jobs.values()):
        land.breaks("[1] a CronJob is not suspended at night")
    for name, db in land.dbs.items():
        if database == "stopped" and db.never is None and db.status != "stopped":
            land.breaks(f"[1] {name} is {db.status} at night")


def _nodes_asleep(land: Land, nodes: int) -> None:
    """A mode's nodes are those of all groups together; a group keeps more only for pods that must stay."""
    groups = {name: group.size.desired for name, group in land.groups.items() if not group.protected}
    kept = {name: land.kept_nodes(name) for name in groups}
    for name, there in groups.items():
        stays = max(nodes, kept[name])
        if there > stays:
            land.breaks(f"[1] {name} has {there} nodes at night, and {stays} would do")
    together, enough = sum(groups.values()), nodes + sum(kept.values())
    if together > enough:
        land.breaks(f"[1] {together} nodes stay at night over all groups, and {enough} would do")


def _open(played: Played) -> None:
    """Promise 3: at the opening, all is ready that was ready in the evening."""
    land = played.land
    for key, app in land.apps.items():
        owed = min(played.evening.get(key, 0), app.replicas)
        if land.ready(key) < owed and not app.ill and _room(played):
            land.breaks(f"[3] {land.ready(key)} of {owed} pods of {key} are ready at the opening")

    for name, db in land.dbs.items():
        if db.status != "available":
            land.breaks(f"[3] {name} is {db.status} at the opening")


def _room(played: Played) -> bool:
    """Tells whether a person has left a node to be ready on."""
    land = played.land
    closed = [node.group for node in land.nodes.values() if node.cordoned == "person"]
    return any(
        0 not in played.touched.get(name, ()) and group.size.desired > closed.count(name)
        for name, group in land.groups.items()
    )


def judge_end(played: Played) -> None:
    """Judges what has to be at noon of the last day: promise 2, everything as it was or as people set it."""
    land = played.land
    _sizes(played)
    _replicas(played)
    if any(land.jobs.values()):
        land.breaks("[2] a CronJob is suspended by day")
    for name, db in land.dbs.items():
        if db.status != "available":
            land.breaks(f"[2] {name} is {db.status} by day")
    for node in land.nodes.values():
        if node.cordoned == "toban":
            land.breaks(f"[2] {node.name} is cordoned by day")


def _sizes(played: Played) -> None:
    land, story = played.land, played.story
    for name, size in zip(story.groups(), story.sizes, strict=True):
        group, set_to = land.groups[name], played.touched.get(name)
        if set_to is None and group.size != Size(*size):
            land.breaks(f"[2] {name} is {tuple(group.size)} by day instead of {size}")
        elif set_to is not None and group.size.desired not in {size[1], *set_to}:
            land.breaks(f"[2] {name} has {group.size.desired} nodes, which nobody ever set")


def _replicas(played: Played) -> None:
    land, story = played.land, played.story
    for number, replicas in enumerate(story.replicas):
        for kind in ("Deployment", "StatefulSet", "Rollout"):
            key = f"{kind} app/app-{number}"
            app = land.apps.get(key)
            if app is None:
                continue
            set_to = played.touched.get(key)
            if app.scaled and app.scaled.paused not in {None, *(set_to or ())}:
                land.breaks(f"[2] KEDA is paused at {app.scaled.paused} for {key} by day")
            if set_to is None and app.replicas != replicas:
                land.breaks(f"[2] {key} has {app.replicas} replicas by day instead of {replicas}")
            elif set_to is not None and not app.bounds and app.replicas not in {replicas, *set_to}:
                land.breaks(f"[2] {key} has {app.replicas} replicas, which nobody ever set")
            if set_to is None and app.bounds and app.bounds.min != replicas:
                land.breaks(f"[2] the autoscaler of {key} has the minimum {app.bounds.min}")


def judge_environment(played: Played, story: Story) -> None:
    """Promise 7 of a fleet's environment, which no member's telling counts."""
    pages = [said for _, to, said in played.told if to == "on_duty" and said.startswith("Toban dev:")]
    if len(pages) > 2 * len(story.events):
        played.land.breaks(f"[7] {len(pages)} pages of the fleet: {dict(Counter(pages))}")


def judge_telling(played: Played) -> None:
    """Promise 7: one cause is told once, its end once, and a quiet day has nothing to tell."""
    story, land = played.story, played.land
    told = [one for one in played.told if one[2].startswith((f"Toban {played.target}:", ALARM))]
    told = [one for one in told if not one[2].startswith(REAPING) or one[2].endswith(f" {played.target}")]
    pages = [(at, subject) for at, to, subject in told if to == "on_duty"]
    notices = [
        (at, subject)
        for at, to, subject in told
        if to == "team" and not any(word in subject for word in PLANNED)
    ]
    causes = len(story.events)
    # A page of which the table does not keep whether it was sent is sent once more.
    half = any(event.what in ("table", "table writes") and event.share < WHOLE for event in story.events)
    if len(pages) > 2 * causes + half:
        land.breaks(f"[7] {len(pages)} pages for {causes} causes: {dict(Counter(s for _, s in pages))}")
    nights = story.days + 1
    # An end that is told too early, because half of the failures were not remembered, begins the cause anew.
    if len(notices) > (2 + nights + 3 * half) * causes:
        land.breaks(f"[7] {len(notices)} notices for {causes} causes: {dict(Counter(s for _, s in notices))}")
    if _emptied(played):
        # Each opening that is missed for want of a node is its own (promise 10).
        return
    settled = story.quiet_from + timedelta(hours=3)
    for at, subject in pages:
        if at > settled:
            land.breaks(f"[7] a page in the quiet: {at:%m-%d %H:%M} {subject}")
