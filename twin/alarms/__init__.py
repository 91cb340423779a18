"""Alarms: evaluated when data arrives and at the edges of periods, never by polling."""

from twin.alarms.engine import Alarms
from twin.alarms.metrics import MetricName, Metrics
from twin.alarms.service_metrics import ServiceMetrics

__all__ = ["Alarms", "MetricName", "Metrics", "ServiceMetrics"]
