"""How soon a password is guessed by somebody who knows common passwords, keyboards and the account's name.

NIST SP 800-63B (5.1.1.2) and ASVS ask that common, repeated, sequential and personal passwords be refused. A
list alone refuses `password` and takes `password1234`; so the password is cut into the pieces by which it is
guessed soonest, and what all of them together cost must be more than anybody tries.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LEAST_BITS: Final = 40.0
"""A million million guesses. One account takes a hundred in an hour, and whoever steals the hashes pays 19
MiB and some tens of milliseconds for each."""
LOOKED_AT: Final = 64
LONGEST_PIECE: Final = 24
_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qazwsxedcrfvtgbyhnujmik",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
_LEET: Final = str.maketrans("01345@$!7", "oleasasit")
_DIGIT, _LETTER, _OTHER, _PIECE = math.log2(10), math.log2(26), 6.0, 1.0
_SPLIT: Final = re.compile(r"[\W_]+|(?<=\D)(?=\d)|(?<=\d)(?=\D)")


def is_guessable(password: str, *personal: str) -> bool:
    """Returns whether this password is refused.

    Args:
        password: as it is stored, in NFC.
        personal: what everybody knows of the account: its name and its address.
    """
    return guess_bits(password, *personal) < LEAST_BITS


def guess_bits(password: str, *personal: str) -> float:
    """Returns the base-2 logarithm of the guesses that find this password, by the cheapest way to cut it.

    Of a long one the first `LOOKED_AT` characters are looked at: what follows makes no password easier.
    """
    text = unicodedata.normalize("NFKC", password)[:LOOKED_AT]
    words = dict.fromkeys(_pieces_of(personal), 0)
    cheapest = [0.0] + [math.inf] * len(text)
    for start in range(len(text)):
        for end, bits in _pieces_at(text, start, words):
            cheapest[end] = min(cheapest[end], cheapest[start] + bits + (_PIECE if start else 0.0))
    return cheapest[-1]


def _pieces_at(text: str, start: int, words: Mapping[str, int]) -> Iterator[tuple[int, float]]:
    """Yields the end and the cost of each piece that begins here."""
    yield start + 1, _cost_of(text[start])
    lower = text[start : start + LONGEST_PIECE].lower()
    plain, ranks = lower.translate(_LEET), common()
    for length in range(2, len(lower) + 1):
        for read, more in ((lower, 0.0), (plain, 2.0)):
            piece = read[:length]
            rank = words.get(piece, ranks.get(piece))
            if rank is not None:
                changed = piece != text[start : start + length]
                yield start + length, math.log2(rank + 1) + (max(more, 1.0) if changed else 0.0)
    yield from _repeats_at(text, start)
    yield from _rows_at(text.lower(), start)


def _repeats_at(text: str, start: int) -> Iterator[tuple[int, float]]:
    """Yields runs of one piece said again and again, for pieces of one to six characters."""
    for period in range(1, 7):
        piece, end = text[start : start + period], start + period
        while len(piece) == period and text.startswith(piece, end):
            end += period
        if end >= start + max(3, 2 * period):
            yield end, sum(map(_cost_of, piece)) + math.log2((end - start) / period)


def _rows_at(text: str, start: int) -> Iterator[tuple[int, float]]:
    """Yields runs along the alphabet, the digits and the rows of a keyboard, in both directions."""
    for row in _ROWS:
        for line in (row, row[::-1]):
            end = start + 3
            while end <= len(text) and text[start:end] in line:
                yield end, 4.0 + math.log2(end - start)
                end += 1


def _cost_of(character: str) -> float:
    if character.isdecimal():
        return _DIGIT
    return _LETTER if character.isascii() and character.isalpha() else _OTHER


def _pieces_of(personal: tuple[str, ...]) -> set[str]:
    texts = [text.lower() for text in personal]
    return {
        piece
        for text in texts
        for piece in (text, text.partition("@")[0], *_SPLIT.split(text))
        if len(piece) > 1
    }


@cache
def common() -> dict[str, int]:
    """Returns common passwords and words by their rank, the commonest 1, from `common_passwords.txt`.

    The first 10,000 are passwords, the rest are English words; both from zxcvbn 4.5.0 (MIT), taken on
    2026-11-28.
    """
    file = Path(__file__).parent / "common_passwords.txt"
    return {word: rank for rank, word in enumerate(file.read_text(encoding="utf-8").split(), start=1)}
