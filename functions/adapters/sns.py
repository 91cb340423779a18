"""A person on duty, through an SNS topic."""

from __future__ import annotations

from typing import Any

from functions.adapters.aws_errors import translated

LONGEST_SUBJECT = 100
"""SNS refuses a longer subject, in characters."""


class SnsPager:
    """Publishes to one topic."""

    def __init__(self, *, sns: Any, topic: str) -> None:
        """Remembers boto3's client and the topic's ARN."""
        self._sns = sns
        self._topic = topic

    def page(self, subject: str, message: str) -> None:
        """Sends one message: what is wrong, what was done about it, what to do now."""
        with translated(f"paging through {self._topic}"):
            self._sns.publish(TopicArn=self._topic, Subject=subject[:LONGEST_SUBJECT], Message=message)
