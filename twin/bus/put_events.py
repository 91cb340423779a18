"""What PutEvents asks of each entry before it becomes an event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.api_faults import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_ENTRIES = 10
"""Entries that one PutEvents takes."""


def checked_entries(params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the entries of a PutEvents.

    Raises:
        ApiError: There are none, or too many.
    """
    entries: list[dict[str, Any]] = params["Entries"]
    if not 1 <= len(entries) <= MOST_ENTRIES:
        text = f"PutEvents takes 1 to {MOST_ENTRIES} entries, not {len(entries)}."
        raise ApiError("ValidationException", text)
    return entries


def checked_detail(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Returns an entry's parsed detail.

    Raises:
        ApiError: EventBridge refuses this entry; the others of the call go on.
    """
    for needed in ("Source", "DetailType", "Detail"):
        if not entry.get(needed):
            text = f"Parameter {needed} is not valid. Reason: it is a required argument."
            raise ApiError("InvalidArgument", text)
    if str(entry["Source"]).startswith("aws."):
        text = "Not authorized for the source: aws.* belongs to AWS."
        raise ApiError("NotAuthorizedForSourceException", text)
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    if not isinstance(detail, dict):
        raise ApiError("MalformedDetail", "Detail is malformed: it must be a JSON object.")
    return detail
