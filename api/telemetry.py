"""Traces to an OTLP collector, when one is named; otherwise neither tracer nor exporter is loaded.

FastAPI opens a span for each request. This module gives it a provider that keeps a share of them. A trace
begins here: what a stranger sends as `traceparent` neither names nor orders one, and stands in the log alone.
What a user typed into a query is never exported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api import trace

if TYPE_CHECKING:
    from fastapi.telemetry import TelemetryConfig
    from starlette.types import Scope

    from api.settings import Settings

OFF: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
QUIET: Final = frozenset({"/health", "/ready", "/startup", "/metrics"})
"""Probes and scrapes are traced and counted nowhere: they would drown the requests of people."""


class Telemetry:
    """OpenTelemetry of one application.

    Attributes:
        on: whether spans are made at all.
        config: what FastAPI is told.
    """

    def __init__(self, settings: Settings) -> None:
        self.on = settings.otel_endpoint is not None
        self._provider = (
            _provider(settings.otel_endpoint, settings.otel_share) if settings.otel_endpoint else None
        )
        self.config: TelemetryConfig = (
            {
                **OFF,
                "tracing": True,
                "operation_spans": False,
                "tracer_provider": self._provider,
                "exclude": _is_quiet,
            }
            if self.on
            else OFF
        )

    def follow(self) -> None:
        """Uses the open span's ids in the log and in every problem."""
        if self.on:
            from opentelemetry.trace import get_current_span  # noqa: PLC0415 - paid for only when it is on

            context = get_current_span().get_span_context()
            if context.is_valid:
                trace.adopt(f"{context.trace_id:032x}", f"{context.span_id:016x}")

    def name(self, method: str, route: str) -> None:
        """Names the open span by its route, as FastAPI does for what does not come from the cache."""
        if self.on:
            from opentelemetry.trace import get_current_span  # noqa: PLC0415 - paid for only when it is on

            span = get_current_span()
            span.update_name(f"{method} {route}")
            span.set_attribute("http.route", route)

    def close(self) -> None:
        """Sends what is held, within a few seconds."""
        if self._provider is not None:
            self._provider.shutdown()


def _is_quiet(scope: Scope) -> bool:
    return scope.get("path") in QUIET


def _provider(endpoint: str, share: float) -> Any:
    # Imported here: the SDK and its exporter cost 20 MiB that a replica without a collector need not carry.
    from opentelemetry.context import Context  # noqa: PLC0415
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.propagate import set_global_textmap  # noqa: PLC0415
    from opentelemetry.propagators.textmap import TextMapPropagator  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased  # noqa: PLC0415

    class Strangers(TextMapPropagator):
        """Takes no trace from a request and hands none on: every trace begins here."""

        @property
        def fields(self) -> set[str]:
            """The header fields that it writes: none."""
            return set()

        def extract(self, carrier: Any, context: Any = None, getter: Any = None) -> Context:
            """Returns the context as it was before the request came."""
            del carrier, getter
            return context or Context()

        def inject(self, carrier: Any, context: Any = None, setter: Any = None) -> None:
            """Writes nothing."""

    class Discretion(SpanProcessor):
        """Keeps the words of a search out of the trace."""

        def on_start(self, span: Any, parent_context: Any = None) -> None:
            """Blanks the query of a span that has one."""
            del parent_context
            if span.is_recording() and "url.query" in (span.attributes or {}):
                span.set_attribute("url.query", "REDACTED")

    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(share)),
        resource=Resource.create({"service.name": "toban-api"}),
    )
    set_global_textmap(Strangers())
    provider.add_span_processor(Discretion())
    exporter = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + "/v1/traces", timeout=3)
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=1000))
    return provider
