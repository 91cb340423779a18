"""One HTTP request and its answer, as plain values between the sockets and the rooms that answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `target` is its path and query as they arrived; headers' names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """Its path, without the query."""
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):  # noqa: N818 - what the person hears, no error of the twin's
    """A person asked for what cannot be; the message is one sentence for them, the status is HTTP's."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


def as_json(value: Any, status: int = 200) -> Answer:
    """Returns a JSON answer that holds a value."""
    return Answer(status, json.dumps(value, ensure_ascii=False).encode())
