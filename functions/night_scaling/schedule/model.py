"""What a schedule document says, as values: the rules that a document obeys are held where it is read."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from functions.core.time_windows import WeeklyWindow
from functions.night_scaling.schedule.targets import Protected, Target

if TYPE_CHECKING:
    from collections.abc import Mapping

AWAKE: Final = "awake"
"""The one mode that every document has: everything as it was before its sleep."""

Workloads = Literal["running", "reduced", "stopped"]
"""What workloads do: run untouched; run with one replica each; run with none, CronJobs suspended."""

Database = Literal["running", "stopped"]


class Layers(NamedTuple):
    """What a mode asks of each layer.

    Attributes:
        nodegroups: Nodes that stay over all node groups of a target; None leaves them at the size they had
            before their sleep.
        workloads: What the workloads do.
        database: What the databases do.
    """

    nodegroups: int | None = None
    workloads: Workloads = "running"
    database: Database = "running"


AWAKE_LAYERS: Final = Layers()


class Window(NamedTuple):
    """A weekly stretch of wall-clock time during which a mode holds."""

    name: str
    mode: str
    when: WeeklyWindow


class Calendar(NamedTuple):
    """Dates on which a mode holds, whatever the windows say.

    Attributes:
        name: Unique within the document.
        mode: A sleeping mode, or "awake" for days on which people work.
        dates: Each date and why it is one, in order.
        begin: Minutes since midnight at which the mode begins on each date.
        end: Minutes since midnight at which it ends, at most 1440.
        joins: Whether a day off joins the sleep windows that touch it, so that nothing wakes between them.
        years: Years for which somebody vouches that the dates are complete; empty when nobody has to.
        country: ISO 3166 code of the country whose public holidays these are; None when the dates are a
            company's own.
        subdivision: Part of that country; None for the holidays of the whole.
    """

    name: str
    mode: str
    dates: "Mapping[date, str]"
    begin: int
    end: int
    joins: bool
    years: tuple[int, ...] = ()
    country: str | None = None
    subdivision: str | None = None


class Freeze(NamedTuple):
    """A stretch of time during which nothing sleeps ("awake"), or during which everything stays in one mode.

    Attributes:
        name: Unique within the document.
        mode: "awake" or a sleeping mode.
        reason: Why, for the people who meet it.
        begin: First instant, UTC.
        end: First instant after it, UTC.
    """

    name: str
    mode: str
    reason: str
    begin: datetime
    end: datetime


class Caps(NamedTuple):
    """Limits on what people and one tick may do.

    Attributes:
        hold_hours: Longest hold. 24 by default, so that one at night can reach the next evening.
        holds_per_owner: Holds that one owner may have at a time.
        share_per_tick_percent: Largest share of the targets that one tick changes, and of a node group that
            one pass of a drain takes; never less than one.
    """

    hold_hours: int = 24
    holds_per_owner: int = 3
    share_per_tick_percent: int = 50


HoldKind = Literal["keep_awake", "sleep_now"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One hold.

    Attributes:
        id: Unique among the holds of its environment.
        kind: "keep_awake" or "sleep_now".
        owner: Who asked for it.
        reason: Why.
        begins: First instant at which it acts, aware. A wake by a hold starts here; nothing wakes ahead of
            it.
        expires: First instant at which it no longer acts, aware.
        mode: Mode of a "sleep_now"; None, or a mode that the document has lost since, is the document's first
            mode.
        target: Target that it concerns; None is every target of the document.
    """

    id: str
    kind: HoldKind
    owner: str
    reason: str
    begins: datetime
    expires: datetime
    mode: str | None = None
    target: str | None = None


@dataclass(frozen=True)
class ScheduleDocument:
    """One environment's schedule.

    Attributes:
        environment: Name of the environment, such as "dev".
        zone: Whose wall clock the windows are written on.
        lead: How long before the end of a sleep the wake begins, so that everything is ready at the end.
        notice: How long before a sleep its people are told.
        modes: The sleeping modes by name, in the order of the document.
        windows: Weekly windows.
        calendars: Days that stand above the windows.
        freezes: Stretches that stand above the calendars.
        targets: What is operated.
        protected: What is never touched.
        caps: Limits.
    """

    environment: str
    zone: ZoneInfo
    lead: timedelta
    notice: timedelta
    modes: "Mapping[str, Layers]"
    windows: tuple[Window, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    targets: tuple[Target, ...] = ()
    protected: Protected = field(default_factory=Protected)
    caps: Caps = field(default_factory=Caps)

    @cached_property
    def layers(self) -> "Mapping[str, Layers]":
        """Every mode's layers, "awake" included."""
        return MappingProxyType({AWAKE: AWAKE_LAYERS, **self.modes})

    @cached_property
    def worked_out(self) -> dict[Any, Any]:
        """What has been worked out from this document, kept so that it is worked out once.

        Never part of its value.
        """
        return {}
