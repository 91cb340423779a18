"""Head and first piece of an answer leave together, and nothing of it stays behind."""

from __future__ import annotations

import asyncio
from typing import Any

from api.joined_writes import JoinedWrites

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


class Wire(asyncio.Transport):
    """Remembers what is written, write by write."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        self.writes.append(bytes(data))

    def writelines(self, list_of_data: Any) -> None:
        self.writes.append(b"".join(list_of_data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def test_the_head_leaves_with_the_first_piece_and_the_others_alone() -> None:
    wire = Wire()
    answer = JoinedWrites(wire)

    answer.write(HEAD)
    assert wire.writes == []
    answer.write(b"one")
    answer.write(b"two")

    assert wire.writes == [HEAD + b"one", b"two"]


def test_an_empty_body_sends_the_head() -> None:
    wire = Wire()
    answer = JoinedWrites(wire)

    answer.write(HEAD)
    answer.write(b"")

    assert wire.writes == [HEAD]


def test_an_interim_answer_waits_for_nothing() -> None:
    wire = Wire()
    answer = JoinedWrites(wire)

    answer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    answer.write(HEAD)
    answer.write(b"body")

    assert wire.writes == [b"HTTP/1.1 100 Continue\r\n\r\n", HEAD + b"body"]


def test_an_answer_that_breaks_off_sends_its_head_before_the_end() -> None:
    wire = Wire()
    answer = JoinedWrites(wire)

    answer.write(HEAD)
    answer.close()

    assert wire.writes == [HEAD]
    assert wire.closed
    assert answer.is_closing()
