"""A person on duty, through an SNS topic."""

from __future__ import annotations

from typing import Any

from functions.adapters.aws_errors import translated

LONGEST_SUBJECT = 99
"""SNS wants fewer than 100 characters, all of them ASCII, in one line."""
LONGEST_MESSAGE = 256 * 1024
"""SNS refuses a longer message, in bytes of UTF-8."""
CUT = "\n… cut here, because SNS takes no more; `toban status` and the record of the run say the rest.\n"


class SnsPager:
    """Publishes to one topic."""

    def __init__(self, *, sns: Any, topic: str) -> None:
        """Remembers boto3's client and the topic's ARN."""
        self._sns = sns
        self._topic = topic

    def page(self, subject: str, message: str) -> None:
        """Sends one message: what is wrong, what was done about it, what to do now."""
        with translated(f"paging through {self._topic}"):
            self._sns.publish(TopicArn=self._topic, Subject=_subject(subject), Message=_message(message))


def _subject(subject: str) -> str:
    plain = "".join(sign if sign.isascii() and sign.isprintable() else "?" for sign in subject)
    return plain[:LONGEST_SUBJECT]


def _message(message: str) -> str:
    """Returns a message that SNS takes: a page that is cut is better than one that is refused."""
    whole = message.encode()
    if len(whole) <= LONGEST_MESSAGE:
        return message
    return whole[: LONGEST_MESSAGE - len(CUT.encode())].decode(errors="ignore") + CUT
