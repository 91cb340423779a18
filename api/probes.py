"""What the cluster asks each replica: is it alive, ready, started, and how is it doing?"""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.services import services
from api.wire import json_response

router = APIRouter(tags=["health"])


@router.get("/health", summary="Is the process alive?")
async def health() -> Response:
    """Answers without touching anything but the event loop."""
    return json_response({"status": "alive"})


@router.get("/ready", summary="Should this replica get requests?")
async def ready(request: Request) -> Response:
    """Answers 200 when this replica can serve, 503 with the reasons when not."""
    found = services(request).health
    return json_response(found.answer(), HTTPStatus.SERVICE_UNAVAILABLE if found.reasons() else HTTPStatus.OK)


@router.get("/startup", summary="Has this replica been ready once?")
async def startup(request: Request) -> Response:
    """Answers 200 from the first moment when database and schema were right."""
    found = services(request).health
    return json_response(found.answer(), HTTPStatus.OK if found.started else HTTPStatus.SERVICE_UNAVAILABLE)


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Answers in Prometheus's text format."""
    made = services(request)
    made.metrics.pool_in_use.set(made.database.in_use)
    made.metrics.database_up.set(made.health.database.good)
    made.metrics.redis_up.set(not made.redis.breaker.is_open)
    return Response(generate_latest(made.metrics.registry), media_type=CONTENT_TYPE_LATEST)
