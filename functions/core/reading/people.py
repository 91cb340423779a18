"""Names of people and their reasons: what can be seen of them, and when two spellings are one person."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from functions.core.reading.shapes import Text

_UNSEEN: Final = (
    " \u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
)
"""Blanks and what shows nothing, as part of a class of characters (Unicode's Default_Ignorable)."""

SEEN: Final = Text(
    "a text of 1 to 500 characters, at least one of them to be seen",
    rf"(?=.*[^{_UNSEEN}\x00-\x1f\x7f])[^\x00-\x1f\x7f\ud800-\udfff]{{1,500}}",
)
"""A name or a reason that a reader can see: neither blank nor made of characters that show nothing."""

_LOOKALIKES: Final = str.maketrans("авеікмнорстухѕјԁһԛԝαεικνορτυχ", "abeikmhopctyxsjdhqwaeikvoptux")
"""Cyrillic and Greek small letters as the Latin ones that they are mistaken for, after Unicode's UTS 39."""


def seen(text: str) -> str:
    """Returns what can be seen of a text: without invisible characters, and without blanks at its ends."""
    return re.sub(f"[{_UNSEEN[1:]}]", "", text.replace("\u3000", " ").replace("\u00a0", " ")).strip()


def as_one_person(name: str) -> str:
    """Returns a name as one person spells it: whatever its width, case, blanks and look-alike letters."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(seen(folded).translate(_LOOKALIKES).split())
