"""The course of a schedule: stretches of time in each of which one mode holds for one reason.

The course is worked out in chunks of four weeks when an instant in one is asked for, and kept. Nothing is
remembered between two questions but what follows from the document, so a late, repeated or first question
gets the same answer.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from functions.night_scaling.schedule.claims import (
    Claim,
    hold_claims,
    one_off_claims,
    strongest,
    window_claims,
)
from functions.night_scaling.schedule.model import AWAKE, Hold, ScheduleDocument

CHUNK: Final = timedelta(days=28)
_EPOCH = datetime(2000, 1, 3, tzinfo=UTC)

NOBODY: Final = "no window, calendar, freeze or hold asks for sleep"


class Piece(NamedTuple):
    """A stretch of the course.

    Attributes:
        begin: First instant, UTC.
        end: First instant after it, UTC.
        mode: "awake" or a sleeping mode.
        why: Why, for a person.
        hold: The hold that decides; None when the document does.
        ready_by: End of the sleep whose wake runs in this stretch, UTC; None when no wake runs ahead.
    """

    begin: datetime
    end: datetime
    mode: str
    why: str
    hold: str | None = None
    ready_by: datetime | None = None


class Timeline:
    """The course of one document, with some holds, with one lead."""

    def __init__(self, document: ScheduleDocument, *, lead: timedelta, holds: Iterable[Hold] = ()) -> None:
        """Prepares the claims that do not repeat; a negative lead is no lead."""
        self._document = document
        self._lead = max(lead, timedelta(0))
        self._one_offs = (*hold_claims(holds, document), *one_off_claims(document))
        self._edges = sorted({edge for claim in self._one_offs for edge in (claim.begin, claim.end)})
        self._chunks: dict[int, list[Piece]] = {}

    def pieces_from(self, now: datetime) -> Iterator[Piece]:
        """Walks the course forward from the piece that holds `now`; ends when no further piece can differ.

        A piece may be cut in two where chunks meet; both halves then have the same mode and reason.
        """
        index: int | None = chunk_of(now)
        while index is not None:
            pieces = self._chunk(index)
            yield from (piece for piece in pieces if piece.end > now)
            index = self._after(index, quiet=len({piece.mode for piece in pieces}) == 1)

    def pieces_back_from(self, now: datetime) -> Iterator[Piece]:
        """Walks the course backward from the piece that holds `now`.

        Ends when no earlier piece can differ.
        """
        index: int | None = chunk_of(now)
        while index is not None:
            pieces = self._chunk(index)
            yield from (piece for piece in reversed(pieces) if piece.begin <= now)
            index = self._before(index, quiet=len({piece.mode for piece in pieces}) == 1)

    def _after(self, index: int, *, quiet: bool) -> int | None:
        """Finds the next chunk worth a look: after one without a change come equal ones, to the next edge."""
        end = chunk_begin(index + 1)
        place = bisect_left(self._edges, end - CHUNK)
        if not quiet:
            return index + 1
        if place == len(self._edges):
            return None
        return max(index + 1, chunk_of(self._edges[place] - self._lead))

    def _before(self, index: int, *, quiet: bool) -> int | None:
        begin = chunk_begin(index)
        place = bisect_right(self._edges, begin + CHUNK + self._lead) - 1
        if not quiet:
            return index - 1
        if place < 0:
            return None
        return min(index - 1, chunk_of(self._edges[place]))

    def _chunk(self, index: int) -> list[Piece]:
        found = self._chunks.get(index)
        if found is None:
            found = self._chunks[index] = self._work_out(chunk_begin(index))
        return found

    def _work_out(self, low: datetime) -> list[Piece]:
        """Works out the pieces of one chunk: who decides where, then the wakes that run ahead."""
        high = low + CHUNK + self._lead
        claims = [claim for claim in self._one_offs if claim.begin < high and claim.end > low]
        claims += window_claims(self._document, low, high)
        edges = {edge for claim in claims for edge in (claim.begin, claim.end) if low < edge < high}
        pieces = list(_decided(sorted({low, high, *edges}), claims))
        woken = _with_wakes(pieces, self._lead)
        end = low + CHUNK
        return [
            piece if piece.end <= end else piece._replace(end=end) for piece in woken if piece.begin < end
        ]


def chunk_of(now: datetime) -> int:
    """Tells in which chunk an instant lies."""
    return (now - _EPOCH) // CHUNK


def chunk_begin(index: int) -> datetime:
    """Tells at which instant a chunk begins, in UTC."""
    return _EPOCH + index * CHUNK


def _decided(edges: list[datetime], claims: list[Claim]) -> Iterator[Piece]:
    """Yields the pieces between neighbouring edges, equal neighbours as one."""
    waiting = sorted(range(len(claims)), key=lambda place: claims[place].begin, reverse=True)
    active: list[int] = []
    last: Piece | None = None
    for begin, end in pairwise(edges):
        while waiting and claims[waiting[-1]].begin <= begin:
            active.append(waiting.pop())
        active = sorted(place for place in active if claims[place].end > begin)
        claim = strongest([claims[place] for place in active])
        piece = (
            Piece(begin, end, claim.mode, claim.why, claim.hold)
            if claim
            else Piece(begin, end, AWAKE, NOBODY)
        )
        if last and (last.mode, last.why, last.hold) == (piece.mode, piece.why, piece.hold):
            piece = piece._replace(begin=last.begin)
        elif last:
            yield last
        last = piece
    if last:
        yield last


def _with_wakes(pieces: list[Piece], lead: timedelta) -> list[Piece]:
    """Lets each wake begin ahead of the end of its sleep, so that everything is ready at the end.

    A wake that a hold asks for begins with the hold: before that, nobody had asked.
    """
    done: list[Piece] = []
    for piece in pieces:
        if lead and done and piece.mode == AWAKE and piece.hold is None and done[-1].mode != AWAKE:
            why = f"waking to be ready at the end of {done[-1].why}"
            begin = piece.begin - lead
            while done and done[-1].mode != AWAKE and done[-1].begin >= begin:
                asleep_since = done.pop().begin
                if not done or done[-1].mode == AWAKE:
                    begin = asleep_since  # the whole sleep is shorter than the lead
            if done and done[-1].mode != AWAKE:
                done[-1] = done[-1]._replace(end=begin)
            done.append(Piece(begin, piece.begin, AWAKE, why, None, piece.begin))
        done.append(piece)
    return done
