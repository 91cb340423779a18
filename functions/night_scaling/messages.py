"""What people are told: one value, so that policies can say it and the shell can send it."""

from typing import NamedTuple


class Message(NamedTuple):
    """Something to tell.

    Attributes:
        key: What it is remembered by: the same text is the same thing, which is told once.
        subject: In a few words.
        text: All of it.
    """

    key: str
    subject: str
    text: str
