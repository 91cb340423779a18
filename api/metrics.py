"""Rate, errors and duration by route template, and the state of what the API leans on."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """All instruments of one application, in a registry of its own: two applications share no numbers."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._duration = Histogram(
            "http_request_duration_seconds",
            "Time from the first byte of a request to the last of its answer",
            ["route", "method", "status"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.in_flight = Gauge("http_requests_in_flight", "Requests being answered", registry=self.registry)
        self.pool_in_use = Gauge("db_pool_in_use", "PostgreSQL connections lent out", registry=self.registry)
        self.database_up = Gauge("db_up", "1 while PostgreSQL counts as there", registry=self.registry)
        self.redis_up = Gauge("redis_up", "1 while Redis counts as there", registry=self.registry)
        self.redis_failures = Counter(
            "redis_connection_failures", "Connections to Redis lost or not made", registry=self.registry
        )
        self.unchecked = Counter(
            "sessions_unchecked", "Requests whose session could not be asked for", registry=self.registry
        )
        cache = Counter(
            "response_cache_total", "Answers by where they came from", ["source"], registry=self.registry
        )
        self.hit, self.unchanged, self.miss, self.stale = (
            cache.labels(source) for source in ("hit", "unchanged", "miss", "stale")
        )
        self.limited = Counter(
            "rate_limited_total", "Requests refused by a limit", ["limit"], registry=self.registry
        )
        self.connections_refused = Counter(
            "connections_refused",
            "Connections ended by a bound, by reason",
            ["reason"],
            registry=self.registry,
        )
        self._children: dict[tuple[str, str, int], Histogram] = {}

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """Counts one request; looking a labelled child up is the slow part, so it is done once for each."""
        key = (route, method, status)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._duration.labels(route, method, str(status))
        child.observe(seconds)
