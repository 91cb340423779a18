"""CloudWatch Logs' filter patterns: text, JSON and space-delimited; what is none of them is refused."""

from twin.log_filters.pattern import LogFilter, parse_filter
from twin.log_filters.scanner import FilterError

__all__ = ["FilterError", "LogFilter", "parse_filter"]
