"""What the cluster asks each replica: is it alive, ready, started, and how is it doing?"""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.responses import json_response
from api.services import services_of

router = APIRouter(tags=["health"])


@router.get("/health", summary="Is the process alive?")
async def health() -> Response:
    """Answers without touching anything but the event loop."""
    return json_response({"status": "alive"})


@router.get("/ready", summary="Should this replica get requests?")
async def ready(request: Request) -> Response:
    """Answers 200 when this replica can serve, 503 with the reasons when not."""
    health = services_of(request).health
    return json_response(
        health.report(), HTTPStatus.SERVICE_UNAVAILABLE if health.reasons() else HTTPStatus.OK
    )


@router.get("/startup", summary="Has this replica been ready once?")
async def startup(request: Request) -> Response:
    """Answers 200 from the first moment when database and schema were right."""
    health = services_of(request).health
    return json_response(health.report(), HTTPStatus.OK if health.started else HTTPStatus.SERVICE_UNAVAILABLE)


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Answers in Prometheus's text format."""
    services = services_of(request)
    services.metrics.pool_in_use.set(services.database.pool.in_use)
    services.metrics.database_up.set(services.health.database.good)
    services.metrics.redis_up.set(not services.redis.breaker.is_open)
    return Response(generate_latest(services.metrics.registry), media_type=CONTENT_TYPE_LATEST)
