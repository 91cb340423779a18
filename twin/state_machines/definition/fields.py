"""The fields of the Amazon States Language, by what they stand in, of the specification and AWS's guide."""

from __future__ import annotations

_EVERY = {"Type", "Comment", "QueryLanguage"}
_ON = {"Next", "End"}
_PATHS = {"InputPath", "OutputPath"}
_RESULT = {"ResultPath", "ResultSelector", "Parameters"}
_ERRORS = {"Retry", "Catch"}
_MAP = {"MaxConcurrency", "ItemSelector", "ItemReader", "ItemBatcher", "ResultWriter", "Label"} | {
    "ItemProcessor",
    "Iterator",
    "ToleratedFailureCount",
    "ToleratedFailurePercentage",
}
_TASK = {"Resource", "Credentials", "TimeoutSeconds", "HeartbeatSeconds"}

MACHINE = {"Comment", "StartAt", "States", "Version", "TimeoutSeconds", "QueryLanguage"}
SCOPE = {"Comment", "StartAt", "States", "QueryLanguage"}

EITHER: dict[str, set[str]] = {
    "Pass": _EVERY | _ON | {"Assign"},
    "Task": _EVERY | _ON | {"Assign"} | _ERRORS | _TASK,
    "Choice": _EVERY | {"Assign", "Choices", "Default"},
    "Wait": _EVERY | _ON | {"Assign", "Seconds", "Timestamp"},
    "Succeed": _EVERY,
    "Fail": _EVERY | {"Error", "Cause"},
    "Parallel": _EVERY | _ON | {"Assign", "Branches"} | _ERRORS,
    "Map": _EVERY | _ON | {"Assign"} | _ERRORS | _MAP,
}
"""What a state of a type has in either query language."""

JSONPATH: dict[str, set[str]] = {
    "Pass": _PATHS | {"Result", "ResultPath", "Parameters"},
    "Task": _PATHS | _RESULT | {"TimeoutSecondsPath", "HeartbeatSecondsPath"},
    "Choice": _PATHS,
    "Wait": _PATHS | {"SecondsPath", "TimestampPath"},
    "Succeed": _PATHS,
    "Fail": {"ErrorPath", "CausePath"},
    "Parallel": _PATHS | _RESULT,
    "Map": _PATHS
    | _RESULT
    | {"ItemsPath", "MaxConcurrencyPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath"},
}
"""What it has besides in JSONPath."""

JSONATA: dict[str, set[str]] = {
    "Pass": {"Output"},
    "Task": {"Output", "Arguments"},
    "Choice": {"Output"},
    "Wait": {"Output"},
    "Succeed": {"Output"},
    "Fail": set(),
    "Parallel": {"Output", "Arguments"},
    "Map": {"Output", "Items"},
}
"""What it has besides in JSONata."""

RETRIER = {"ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate"} | {
    "MaxDelaySeconds",
    "JitterStrategy",
    "Comment",
}
CATCHER = {"ErrorEquals", "Next", "ResultPath", "Assign", "Output", "Comment"}
NOT_BOTH = (
    ("TimeoutSeconds", "TimeoutSecondsPath"),
    ("HeartbeatSeconds", "HeartbeatSecondsPath"),
    ("MaxConcurrency", "MaxConcurrencyPath"),
    ("ToleratedFailureCount", "ToleratedFailureCountPath"),
    ("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
    ("Error", "ErrorPath"),
    ("Cause", "CausePath"),
    ("Iterator", "ItemProcessor"),
    ("ItemSelector", "Parameters"),
)
"""Pairs of fields that exclude each other; the last one holds in a Map alone."""

LEAST: dict[str, tuple[float, float]] = {
    "TimeoutSeconds": (1, 99_999_999),
    "HeartbeatSeconds": (1, 99_999_999),
    "Seconds": (0, 99_999_999),
    "MaxConcurrency": (0, float("inf")),
    "ToleratedFailureCount": (0, float("inf")),
    "ToleratedFailurePercentage": (0, 100),
}
"""The least and the greatest number that a field takes."""
