"""Filter patterns for plain text: `ERROR "out of memory" -Exiting`, `?WARN ?ERROR`, `%[Ee]rror%`.

CloudWatch Logs user guide, "Using filter patterns to match terms in unstructured log events": terms are parts
of the line, in its case; all must be there, of those with a question mark one, of those with a minus none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from twin.log_filters.comparisons import QUOTED, REGEX, compile_regex

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.log_filters.scanner import Scanner

WORD = re.compile(r"[A-Za-z0-9_]+")


def read_terms(scanner: Scanner) -> Callable[[str], bool]:
    """Reads the terms of a pattern, and returns whether a line meets them.

    Raises:
        FilterError: A term has signs outside of quotes, or plain and optional terms are mixed, of which
            CloudWatch Logs would leave the optional ones out without a word.
    """
    kinds: dict[str, list[Callable[[str], bool]]] = {"": [], "?": [], "-": []}
    while not scanner.done:
        mark = "?" if scanner.take("?") else "-" if scanner.take("-") else ""
        kinds[mark].append(_term(scanner))
    wanted, optional, unwanted = kinds[""], kinds["?"], kinds["-"]
    if optional and (wanted or unwanted):
        raise scanner.fail("terms with a question mark go with no others: CloudWatch Logs would ignore them")

    def holds(line: str) -> bool:
        if optional:
            return any(term(line) for term in optional)
        return all(term(line) for term in wanted) and not any(term(line) for term in unwanted)

    return holds


def _term(scanner: Scanner) -> Callable[[str], bool]:
    if found := scanner.match(REGEX):
        search = compile_regex(found[1]).search
        return lambda line: search(line) is not None
    if found := scanner.match(QUOTED):
        phrase = re.sub(r"\\(.)", r"\1", found[1])
        return (lambda line: phrase in line) if phrase.strip() else (lambda _: True)
    found = scanner.match(WORD)
    here = scanner.text[scanner.at : scanner.at + 1]
    if not found or (here and not here.isspace()):
        raise scanner.fail("a term with other signs than letters, digits and _ goes into double quotes")
    word = found[0]
    return lambda line: word in line
