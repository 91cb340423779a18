"""What `q` asks for: words, and in scripts without spaces any piece of a sentence.

Between words of Japanese, Chinese, Thai, Khmer, Lao, Burmese and Tibetan there is no space to cut at, and
Korean particles cling to theirs. So the index (`task_words` in the migrations) holds every character of such
a run and every pair of neighbours, and a piece is asked for as the phrase of its pairs: three characters are
the first pair with the second pair behind it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

UNSPACED: Final = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u0f00-\u0fff"  # Tibetan
    "\u1000-\u109f"  # Burmese
    "\u1100-\u11ff"  # Hangul, letter by letter
    "\u1780-\u17ff"  # Khmer
    "\u3005-\u3007"  # 々〆〇
    "\u3041-\u3096\u309d-\u309f"  # Hiragana
    "\u30a1-\u30fa\u30fc-\u30ff"  # Katakana
    "\u3105-\u312f"  # Bopomofo
    "\u31f0-\u31ff"  # Katakana, small
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\uac00-\ud7af"  # Hangul
    "\U00020000-\U0003fffd"  # Han, rarer
)
"""Ranges of a character class, the same for PostgreSQL's expressions as for Python's."""
_RUN: Final = re.compile(f"[{UNSPACED}]+")
_PIECE: Final = re.compile('(-?)"([^"]*)("|$)|(-?)([^\\s"]+)')


def query_of(asked: str) -> str:
    """Returns what was typed in the words of `websearch_to_tsquery`: quotes, OR and minus mean the same."""
    found = []
    for match in _PIECE.finditer(unicodedata.normalize("NFKC", asked)):
        minus, text = (match[1], match[2]) if match[2] is not None else (match[4], match[5])
        quoted = match[2] is not None
        if _RUN.search(text) is None:
            found.append(f'{minus}"{text}"' if quoted else minus + text)
            continue
        found += [minus + piece for piece in _pieces(text, quoted=quoted)]
    return " ".join(found)


def _pieces(text: str, *, quoted: bool) -> list[str]:
    """Returns a text's runs as phrases of pairs, and what stands between them as it is."""
    found, end = [], 0
    for run in _RUN.finditer(text):
        found += _between(text[end : run.start()], quoted=quoted)
        end = run.end()
        letters = run[0]
        pairs = [_word(letters[place : place + 2]) for place in range(len(letters) - 1)]
        found.append('"' + " ".join(pairs or [_word(letters)]) + '"')
    return found + _between(text[end:], quoted=quoted)


def _word(letters: str) -> str:
    """Returns the index's name for one or two characters: plain letters, which no locale cuts in pieces."""
    return "".join(f"x{ord(letter):x}" for letter in letters)


def _between(text: str, *, quoted: bool) -> list[str]:
    text = text.strip()
    return [f'"{text}"' if quoted else text] if text else []
