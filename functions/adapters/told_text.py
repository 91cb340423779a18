"""Cleans what people are told: others' words reach them as text, and as no link, markup or second line.

A page repeats what a cluster, a budget or an admission webhook answered, and so what strangers wrote.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_SUBJECT = 99
"""Characters: SNS wants "less than 100 characters", with no line break and no control character."""
LARGEST_MESSAGE = 262_144
"""Bytes that SNS takes of a message in UTF-8."""
CUT = "\n… cut here, because SNS takes no more; 'toban status' and the record of the run say the rest.\n"
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of Unicode of what cannot be seen: control and format characters, which turn a line's direction
round, halves of a pair, private and unassigned ones, and separators of lines."""
_LEFT, _RIGHT = (
    "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
    "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
)
MARKUP = str.maketrans({"<": _LEFT, ">": _RIGHT, "`": "'"})
"""What a chat takes for a mention of all (`<!channel>`), a link or code, and a mail for HTML."""
LINK = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*):(?=//)|\b(www)\.")
CONSOLE = re.compile(
    r"https://[a-z0-9-]+\.(console\.aws\.amazon\.com|console\.amazonaws\.cn|console\.amazonaws-us-gov\.com)/states/"
)
"""Where a page's own link to its execution leads."""


def subject(text: str) -> str:
    """Returns a text as a subject that SNS takes: one line, never empty."""
    line = " ".join(_visible(text.replace("\n", " ").replace("\t", " ")).split())
    line = line.translate(MARKUP)
    shown = line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"
    return shown or "Toban"


def message(text: str, *, docs_url: str) -> str:
    """Returns a text as a message.

    Args:
        text: All of it; its own lines stay.
        docs_url: Where our runbooks are read; empty for nowhere. Links there and to the console stay links.
    """
    lines = (_visible(line.replace("\t", "    ")).translate(MARKUP).rstrip() for line in text.split("\n"))
    whole = _unlinked("\n".join(lines), docs_url.rstrip("/") + "/" if docs_url else "")
    taken = whole.encode()
    if len(taken) > LARGEST_MESSAGE:
        taken = taken[: LARGEST_MESSAGE - len(CUT.encode())]
        return taken.decode(errors="ignore") + CUT
    return whole


def _visible(text: str) -> str:
    return "".join(sign for sign in text if unicodedata.category(sign) not in HIDDEN)


def _unlinked(text: str, docs: str) -> str:
    """Returns the text with every link but ours made unclickable, and still readable."""

    def shown(found: re.Match[str]) -> str:
        at = found.start()
        if (docs and text.startswith(docs, at)) or CONSOLE.match(text, at):
            return found[0]
        return f"{found[1]}[:]" if found[1] else f"{found[2]}[.]"

    return LINK.sub(shown, text)
