"""A story: an environment, its schedule, and what people and faults do to it, all of it from one seed."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

MONDAY_NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)
"""Monday noon in Tokyo."""
QUIET = timedelta(hours=24)
ACTS = (
    "resize", "scale", "opt_out", "cordon", "hold_awake", "hold_asleep", "pause", "ill", "budget",
    "two_budgets", "webhook", "bare_pod", "start_db", "delete_app", "update_group", "barren", "db_refuses",
)  # fmt: skip
LATER_ACTS = ("killed", "killed", "ended", "twice", "release", "no_scaling", "barren")
"""Acts of the second dice: the machine's own deaths, a release, and no capacity."""
SLOW = "slow "
"""Beginning of the faults in which calls take time; `amount` is how many seconds."""
FAULTS = {
    "table writes": ("table.take", "table.renew", "table.release", "table.record_run", "table.write_note",
                     "table.delete_note", "table.remember_page", "table.confirm_page", "table.repeat_page",
                     "table.forget_page"),
    "notes": ("table.write_note",),
    "table": ("table.",),
    "topics": ("pager.", "notices."),
    "bus": ("announcer.",),
    "cluster": ("cluster.",),
    "evictions": ("cluster.evict",),
    "node groups": ("nodegroups.",),
    "databases": ("databases.",),
    "slow table": ("table.",),
    "slow topics": ("pager.", "notices."),
    "slow bus": ("announcer.",),
    "slow cluster": ("cluster.",),
}  # fmt: skip


@dataclass(frozen=True)
class Event:
    """Something that happens; `what` is an act or a fault, `which` picks its object, `amount` its number."""

    minute: int
    what: str
    which: int = 0
    amount: int = 0
    minutes: int = 0
    share: int = 100
    """Percent of the calls that a fault strikes."""

    def __str__(self) -> str:
        parts = [f"+{self.minute // 1440}d {self.minute // 60 % 24:02}:{self.minute % 60:02} {self.what}"]
        parts += [f"#{self.which}"] if self.which else []
        parts += [f"to {self.amount}"] if self.amount else []
        parts += [f"for {self.minutes} min"] if self.minutes else []
        parts += [f"at {self.share} %"] if self.share < 100 else []
        return " ".join(parts)


@dataclass(frozen=True)
class Story:
    """All that there is to know before it begins.

    Attributes:
        seed: Where it came from.
        begin: Noon in Tokyo on its first day.
        days: Days before the quiet one.
        sizes: Each node group: min, desired, max; the first is protected where `guarded`.
        replicas: Each Deployment's; the first has an autoscaler, the last is a StatefulSet.
        databases: `ok`, or why AWS never stops it.
        night: The weeknight's layers.
        share: Largest share of a pass of a drain, in percent.
        guarded: Whether a node group and a workload are protected.
        keda: Whether KEDA scales the second workload.
        rollout: Whether the last Deployment is an Argo Rollout.
        fallback: Whether the second node group lends nodes to the first.
        members: How many clusters share the table and the topics; 0 for the stack's own alone.
        events: What happens.
    """

    seed: int
    begin: datetime
    days: int
    sizes: tuple[tuple[int, int, int], ...]
    replicas: tuple[int, ...]
    databases: tuple[str, ...]
    night: tuple[int | None, str, str]
    share: int
    guarded: bool
    keda: bool = False
    rollout: bool = False
    fallback: bool = False
    members: int = 0
    events: tuple[Event, ...] = ()

    @property
    def quiet_from(self) -> datetime:
        return self.begin + timedelta(days=self.days)

    @property
    def end(self) -> datetime:
        return self.quiet_from + QUIET

    @property
    def targets(self) -> list[str]:
        """What is operated, as the control table names it."""
        return [f"dev/m{number}" for number in range(self.members)] or ["dev"]

    def groups(self) -> list[str]:
        return [f"group-{number}" for number in range(len(self.sizes))]

    def document(self) -> dict[str, Any]:
        """Returns the schedule document that is in force."""
        nodes, workloads, database = self.night
        layers = {"workloads": workloads, "database": database}
        night = layers if nodes is None else {"nodegroups": nodes, **layers}
        window = {"mode": "night", "days": ["Mon", "Tue", "Wed", "Thu"], "begin": "22:00", "end": "08:00"}
        weekend = {"mode": "stop", "days": ["Fri"], "begin": "22:00", "end": "08:00", "end_day": "Mon"}
        stop = {"nodegroups": 0, "workloads": "stopped", "database": "stopped"}
        protected: dict[str, list[str]] = {"workloads": ["app/guarded"]} if self.guarded else {}
        groups = [
            {"name": name, "instance_type": "t3.medium", "min": low, "desired": size, "max": high}
            for name, (low, size, high) in zip(self.groups(), self.sizes, strict=True)
        ]
        if self.guarded and len(groups) > 1:
            protected["nodegroups"] = [groups[0]["name"]]  # type: ignore[list-item] # a text
        if self.fallback:
            groups[0]["fallback"] = groups[1]["name"]
        names = [target.rpartition("/")[2] for target in self.targets]
        return {
            "version": 1,
            "environment": "dev",
            "zone": "Asia/Tokyo",
            "modes": {"night": night, "stop": stop},
            "windows": [{"name": "weeknight", **window}, {"name": "weekend", **weekend}],
            "targets": [{"name": name, "cluster": f"c-{name}", "nodegroups": groups} for name in names],
            "protected": protected,
            "caps": {"share_per_tick_percent": self.share},
        }

    def __str__(self) -> str:
        lines = [
            f"seed {self.seed}: {self.begin:%a %Y-%m-%d %H:%M} UTC, {self.days} days and a quiet one",
            f"  groups {self.sizes}, replicas {self.replicas}, databases {self.databases}",
            f"  night {self.night}, share {self.share} %, guarded {self.guarded}",
            f"  KEDA {self.keda}, Rollout {self.rollout}, fallback {self.fallback}, members {self.members}",
            *(f"  {event}" for event in self.events),
        ]
        return "\n".join(lines)

    def text(self) -> str:
        """Returns the document as JSON."""
        return json.dumps(self.document())


def tell(seed: int) -> Story:
    """Returns the story of a seed, always the same."""
    random = Random(seed)  # noqa: S311 - a story, no secret
    sizes = []
    for _ in range(random.choice((1, 1, 2, 3))):
        desired = random.randint(1, 4)
        sizes.append((random.randint(0, desired), desired, desired + random.randint(1, 4)))
    nodes = random.choice((None, 0, 1, 1, 2))
    workloads = "stopped" if nodes == 0 else random.choice(("running", "reduced", "reduced", "stopped"))
    days = random.randint(1, 3)
    # Dice of its own, so that a seed's story stays what it was when there is more to tell.
    later = Random(f"{seed} later")  # noqa: S311 - a story, no secret
    story = Story(
        seed=seed,
        # The quiet day is one from Monday to Thursday: its night ends in an opening.
        begin=MONDAY_NOON + timedelta(days=7 + random.randint(0, 3) - days),
        days=days,
        sizes=tuple(sizes),
        replicas=tuple(random.randint(1, 4) for _ in range(random.randint(2, 4))),
        databases=random.choice((("ok",), ("ok", "ok"), ("ok", "it has a read replica"), ())),
        night=(nodes, workloads, random.choice(("running", "stopped"))),
        share=random.choice((25, 50, 100)),
        guarded=random.random() < 0.4,
    )
    shapes = {
        "keda": later.random() < 0.3,
        "rollout": later.random() < 0.3,
        "fallback": len(sizes) > 1 and not story.guarded and later.random() < 0.6,
        "members": later.choice((0, 0, 0, 0, 2, 3)),
    }
    events = [*_events(random, days), *_later_events(later, days)]
    ordered = tuple(sorted(events, key=lambda event: (event.minute, event.what)))
    return replace(story, events=ordered, **shapes)  # type: ignore[arg-type] # its own fields


def _later_events(random: Random, days: int) -> list[Event]:
    last = days * 1440 - 60
    found = []
    for _ in range(random.choice((0, 0, 1, 2, 3))):
        near = random.choice((600, 600, 1180, 1200)) + random.randint(-5, 25)
        minute = min(last, max(0, random.randrange(days) * 1440 + near))
        slow = random.random() < 0.4
        what = random.choice([name for name in FAULTS if name.startswith(SLOW)] if slow else LATER_ACTS)
        minutes = min(random.choice((15, 45, 120, 300)), last + 30 - minute)
        amount = random.choice((1, 4, 12)) if slow else random.randint(0, 40)
        which, share = random.randint(0, 5), random.choice((100, 50)) if slow else 100
        found.append(Event(minute, what, which=which, amount=amount, minutes=minutes, share=share))
    return found


def _events(random: Random, days: int) -> list[Event]:
    last = days * 1440 - 60
    found = []
    for _ in range(random.choice((0, 1, 2, 3, 4, 6, 9))):
        # Noon is minute 0; most of what matters happens around ten in the evening and eight in the morning.
        near = random.choice((0, 600, 600, 1180, 1200)) + random.randint(-30, 60)
        minute = min(last, max(0, random.randrange(days) * 1440 + near))
        if random.random() < 0.45:
            length = min(random.choice((3, 15, 45, 120, 300, 480)), last + 30 - minute)
            found.append(
                Event(
                    minute,
                    random.choice([name for name in FAULTS if not name.startswith(SLOW)]),
                    minutes=length,
                    share=random.choice((100, 100, 50, 15)),
                )
            )
        else:
            found.append(
                Event(
                    minute,
                    random.choice(ACTS),
                    which=random.randint(0, 5),
                    amount=random.randint(0, 5),
                    minutes=min(random.choice((20, 90, 240, 600)), last + 30 - minute),
                )
            )
    return found


def shorter(story: Story) -> list[Story]:
    """Returns stories that are a little simpler, the boldest first."""
    simpler = [
        replace(story, events=story.events[:at] + story.events[at + 1 :]) for at in range(len(story.events))
    ]
    if story.days > 1 and all(event.minute < (story.days - 1) * 1440 - 60 for event in story.events):
        simpler.append(replace(story, days=story.days - 1))
    if len(story.sizes) > 1:
        simpler.append(replace(story, sizes=story.sizes[:1], fallback=False))
    if story.members:
        simpler.append(replace(story, members=0))
    simpler += [replace(story, **{name: False}) for name in ("keda", "rollout") if getattr(story, name)]
    if len(story.replicas) > 1:
        simpler.append(replace(story, replicas=story.replicas[:1]))
    if story.databases:
        simpler.append(replace(story, databases=()))
    if story.guarded:
        simpler.append(replace(story, guarded=False))
    if story.fallback:
        simpler.append(replace(story, fallback=False))
    for at, event in enumerate(story.events):
        if event.minutes > 20:
            half = replace(event, minutes=event.minutes // 2)
            simpler.append(replace(story, events=(*story.events[:at], half, *story.events[at + 1 :])))
    return simpler
