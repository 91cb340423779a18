"""What the protocol itself reaches; a capability's `ports.py` adds what is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from functions.core.ports.alarm import Alarm
    from functions.core.ports.control_table import ControlMemory
    from functions.core.ports.eventbridge import Announcer
    from functions.core.ports.sns import Pager
    from functions.runtime.settings import Settings


class RunPorts(Protocol):
    """The ports of every run."""

    @property
    def settings(self) -> Settings: ...  # noqa: D102 - the types say it all
    @property
    def table(self) -> ControlMemory: ...  # noqa: D102
    @property
    def announcer(self) -> Announcer: ...  # noqa: D102
    @property
    def pager(self) -> Pager: ...  # noqa: D102
    @property
    def notices(self) -> Pager: ...  # noqa: D102
    @property
    def alarm(self) -> Alarm: ...  # noqa: D102
