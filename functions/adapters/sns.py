"""A person on duty, through an SNS topic."""

from __future__ import annotations

from typing import Any

from functions.adapters import told_text
from functions.adapters.aws_errors import translated


class SnsPager:
    """Publishes to one topic."""

    def __init__(self, *, sns: Any, topic: str, docs_url: str = "") -> None:
        """Remembers boto3's client, the topic's ARN, and where our own links lead."""
        self._sns = sns
        self._topic = topic
        self._docs_url = docs_url

    def page(self, subject: str, message: str) -> None:
        """Sends one message, cleaned: what is wrong, what was done about it, what to do now."""
        with translated(f"paging through {self._topic}"):
            self._sns.publish(
                TopicArn=self._topic,
                Subject=told_text.subject(subject),
                Message=told_text.message(message, docs_url=self._docs_url),
            )
