"""What a team is told before a sleep: when it begins, how deep it goes, and the command that prevents it."""

from datetime import timedelta

from functions.night_scaling.messages import Message
from functions.night_scaling.schedule.desired import Desired
from functions.night_scaling.schedule.model import ScheduleDocument

HELD = timedelta(hours=2)
"""How long the command in a notice holds: long enough to finish an evening's work, and it ends by itself."""


def notice_of(document: ScheduleDocument, answer: Desired) -> Message | None:
    """Returns the notice that is due; None when no sleep is near enough."""
    if not answer.notice_due or answer.next_change is None or answer.next_mode is None:
        return None
    begins = answer.next_change.astimezone(document.zone)
    held = (answer.next_change + HELD).astimezone(document.zone)
    layers = document.layers[answer.next_mode]
    nodes = (
        "the nodes stay"
        if layers.nodegroups is None
        else f"{layers.nodegroups} nodes stay in each node group"
    )
    environment = document.environment
    return Message(
        key=f"{answer.next_mode} {answer.next_change.isoformat()}",
        subject=f"Toban {environment}: {answer.next_mode} begins at {begins:%H:%M}",
        text=(
            f"{environment} goes to {answer.next_mode} at {begins:%Y-%m-%d %H:%M} ({document.zone.key}): {nodes}, "
            f"workloads are {layers.workloads}, databases are {layers.database}.\n\nTo keep it awake:\n"
            f'  toban hold add {environment} --until {held:%H:%M} --reason "why"\n'
            f"To see what holds and why:\n  toban status {environment}"
        ),
    )
