"""Translates what the Kubernetes API answers into our kinds of errors, once, with its own sentence."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import urllib3
from kubernetes import client

from functions.core.errors import NotFound, OpsError, PermanentError, TemporaryError

if TYPE_CHECKING:
    from collections.abc import Iterator

GONE, CONFLICT, TOO_MANY, SERVER_ERROR = 404, 409, 429, 500


def sentence_of(error: client.ApiException) -> str:
    """Returns what the API says of an error, without the rest of its answer."""
    try:
        return str(json.loads(error.body or "")["message"])
    except (TypeError, ValueError, KeyError):
        return str(error.reason)


@contextmanager
def gone_is_fine() -> Iterator[None]:
    """Lets what the API says of an object that is gone pass: it stays gone."""
    try:
        yield
    except client.ApiException as error:
        if error.status != GONE:
            raise


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Raises what the API answers within the block as one of our errors.

    Args:
        what: What was being done, to which object, such as `listing nodes`.

    Raises:
        TemporaryError: The API is throttling, failing, in a conflict or not reachable.
        PermanentError: Anything else; NotFound where there is no such object.
    """
    try:
        yield
    except client.ApiException as error:
        raise _ours(what, error) from error
    except urllib3.exceptions.HTTPError as error:
        raise TemporaryError(f"The cluster could not be reached while {what}: {error}") from error


def _ours(what: str, error: client.ApiException) -> OpsError:
    sentence = f"The cluster answered {error.status} while {what}: {sentence_of(error)}"
    if error.status in (0, CONFLICT, TOO_MANY) or error.status >= SERVER_ERROR:
        return TemporaryError(sentence)
    return NotFound(sentence) if error.status == GONE else PermanentError(sentence)
