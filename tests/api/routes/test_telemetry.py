"""Traces go to a collector that is named, and cost nothing where none is."""

from __future__ import annotations

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from api.main import create_app
from tests.api.routes.conftest import serving, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.settings import Settings


class Collector:
    """A real OTLP/HTTP endpoint that keeps what it is sent."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.path == "/v1/traces"
                request = ExportTraceServiceRequest.FromString(
                    self.rfile.read(int(self.headers["content-length"]))
                )
                for resource in request.resource_spans:
                    for scope in resource.scope_spans:
                        collector.spans += scope.spans
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def collector() -> Iterator[Collector]:
    running = Collector()
    thread = threading.Thread(target=running.server.serve_forever)
    thread.start()
    yield running
    running.server.shutdown()
    thread.join()
    running.server.server_close()


async def test_a_request_is_a_span_named_by_its_route_without_the_words_of_the_user(
    settings_for: Callable[..., Settings], collector: Collector
) -> None:
    trace = "ab" * 16
    app = create_app(settings_for(otel_endpoint=collector.url, otel_share=1.0))
    async with serving(app) as client:
        someone = await sign_in(client)
        collector.spans.clear()
        sampled = f"00-{trace}-{'cd' * 8}-01"
        for _ in range(2):  # the second is answered from the cache
            await someone.ask("GET", "/api/v1/tasks?q=private-words", traceparent=sampled)
        missing = await someone.ask("GET", "/api/v1/tasks/2000000000", traceparent=sampled)
        await client.get("/health", headers={"traceparent": sampled})

    named = [span.name for span in collector.spans if span.name.startswith("GET")]
    assert named == ["GET /api/v1/tasks", "GET /api/v1/tasks", "GET /api/v1/tasks/{id}"]
    traces = [span.trace_id.hex() for span in collector.spans]
    assert missing.json()["trace_id"] == traces[-1]
    assert trace not in traces
    assert len(set(traces)) == len(traces)
    assert "private-words" not in str(collector.spans)


async def test_a_callers_yes_is_no_order_to_keep_its_trace(
    settings_for: Callable[..., Settings], collector: Collector
) -> None:
    app = create_app(settings_for(otel_endpoint=collector.url, otel_share=0.0))
    async with serving(app) as client:
        for number in range(20):
            sampled = f"00-{number + 1:032x}-{'cd' * 8}-01"
            await client.get("/api/v1/tasks", headers={"traceparent": sampled})

    assert collector.spans == []


async def test_the_share_of_traces_begun_here_is_kept(
    settings_for: Callable[..., Settings], collector: Collector
) -> None:
    app = create_app(settings_for(otel_endpoint=collector.url, otel_share=1.0))
    async with serving(app) as client:
        answer = await client.get("/api/v1/tasks")

    assert answer.status_code == 401
    assert [span.trace_id.hex() for span in collector.spans] == [answer.json()["trace_id"]]


async def test_a_collector_that_is_gone_costs_no_request(settings_for: Callable[..., Settings]) -> None:
    app = create_app(settings_for(otel_endpoint="http://127.0.0.1:1", otel_share=1.0))
    async with serving(app) as client:
        assert (await client.get("/health")).status_code == 200
        assert (await client.get("/api/v1/tasks")).status_code == 401


def test_without_a_collector_neither_tracer_nor_exporter_is_loaded() -> None:
    names = ("opentelemetry.sdk.trace", "opentelemetry.exporter")
    program = f"import api.main, sys; print([m for m in sys.modules if m.startswith({names!r})])"

    python = [sys.executable, "-c", program]
    done = subprocess.run(python, capture_output=True, text=True, check=True)  # noqa: S603 - our own words

    assert done.stdout.strip() == "[]"
