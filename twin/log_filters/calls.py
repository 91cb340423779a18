"""Filters at CloudWatch Logs' API: bad patterns are refused, and lines reach only the filters they meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.logs import models

from twin.api_faults import ApiError
from twin.log_filters.pattern import parse_filter
from twin.log_filters.scanner import FilterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.patches import Patches

WITH_PATTERN = ("FilterLogEvents", "PutMetricFilter", "PutSubscriptionFilter", "TestMetricFilter")
"""The operations that take a filter pattern."""


def refuse_pattern(params: Mapping[str, Any]) -> None:
    """Refuses a pattern before moto, which knows little of them, takes it.

    Raises:
        ApiError: CloudWatch Logs would answer this InvalidParameterException.
    """
    try:
        parse_filter(params.get("filterPattern") or "")
    except FilterError as error:
        raise ApiError("InvalidParameterException", str(error)) from error


class _EventMessageFilter:
    """Stands where moto has its own small grammar of patterns."""

    def __init__(self, pattern: str) -> None:
        self._filter = parse_filter(pattern or "")

    def matches(self, message: str) -> bool:
        """Returns whether a line meets the pattern."""
        return self._filter.matches(message)


def patch(patches: Patches) -> None:
    """Has moto read filter patterns as CloudWatch Logs does.

    Without it a subscription gets every line of its group, and FilterLogEvents knows terms alone.
    """
    send = models.LogStream._send_log_events  # noqa: SLF001 - moto has no other door between a line and its filter

    def send_matching(
        self: models.LogStream,
        service: str,
        destination_arn: str,
        filter_name: str,
        log_events: list[dict[str, Any]],
    ) -> None:
        pattern = self.log_group.subscription_filters[filter_name].filter_pattern
        wanted = parse_filter(pattern or "")
        matching = [event for event in log_events if wanted.matches(event["message"])]
        if matching:
            send(self, service, destination_arn, filter_name, matching)

    patches.set(models.LogStream, "_send_log_events", send_matching)
    patches.set(models, "EventMessageFilter", _EventMessageFilter)
