"""Reads why a step failed out of what Step Functions hands on, as one sentence for a person."""

from __future__ import annotations

import json
import re

OURS = frozenset({"TemporaryError", "PermanentError", "SafetyRefusal"})
"""Errors whose text is already a whole sentence of ours, so that the class adds nothing."""
UNTOLD = {
    "States.Timeout": "a step did not answer within its time",
    "Sandbox.Timedout": "a function did not end within its time",
    "States.HeartbeatTimeout": "a step did not say that it was still at work",
    "States.Runtime": "the machine read something that is not there",
    "States.DataLimitExceeded": "the run had become larger than a machine can carry",
    "States.Permissions": "the machine lacks a permission",
    "Runtime.ExitError": "a function's process ended by itself",
    "Runtime.OutOfMemory": "a function had too little memory",
    "TIMED_OUT": "the execution did not end within its time",
    "ABORTED": "somebody stopped the execution",
}
"""What is said of an error that comes without a sentence of its own."""
LONGEST = 600
"""Characters of a cause that a page shows; the execution has all of it."""


def sentence_of(error: str | None, cause: str | None) -> str:
    """Returns why a step failed: one sentence, never JSON and never a stack trace.

    Args:
        error: Name of the error as the machine caught it; None when it gave none.
        cause: Step Functions' Cause: a Lambda error as JSON, plain text, or None.
    """
    text = _stripped(cause or "")
    sentence = f"{text[:LONGEST]}…" if len(text) > LONGEST else text
    name = error or "unknown"
    if not sentence:
        sentence = UNTOLD.get(name, "no cause was given")
    if name not in OURS:
        sentence = f"{sentence.rstrip('.')} ({name})"
    return f"{sentence.rstrip('.')}."


def kind_of(error: str | None, cause: str | None) -> str:
    """Returns what makes two failures one cause: what is said before the first colon, without what varies.

    Of what may pass, only who refused counts. Whatever holds a digit varies: addresses, names of nodes,
    counts, times; a list of such counts as one.
    """
    head = sentence_of(error, cause).partition(": ")[0]
    if error == "TemporaryError":
        # A service that throttles or is away does so whatever was asked of it.
        head = head.partition(" while ")[0]
    words = ("#" if any(sign.isdigit() for sign in word) else word.strip(".,;") for word in head.split())
    return re.sub(r"#(?: #)+", "#", f"{error or 'unknown'} {' '.join(words)}")


def _stripped(cause: str) -> str:
    """Returns the sentence inside of a cause, in one line."""
    text = cause.strip()
    if text.startswith("{"):
        try:
            text = str(json.loads(text).get("errorMessage") or "")
        except (ValueError, AttributeError):
            # Step Functions cuts a long cause, and then it is no JSON any more.
            found = re.search(r'"errorMessage"\s*:\s*"((?:[^"\\]|\\.)*)', text)
            text = found[1].replace('\\"', '"').replace("\\n", "\n") if found else ""
    elif text.startswith("["):
        text = ""
    if "Traceback (most recent call last)" in text:
        text = text.strip().splitlines()[-1]
    return " ".join(text.split())
