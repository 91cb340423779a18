"""The same API behind Lambda: answers while the cluster is being rebuilt.

Lambda freezes the process between two requests, so nothing here runs in the background: PostgreSQL is looked
at before each request, and the access log is flushed after it.
"""

import asyncio
from functools import cache
from typing import Any

from mangum import Mangum

from api.health import Prober
from api.logs import configure
from api.main import create_app
from api.services import Services


@cache
def _started() -> tuple[asyncio.AbstractEventLoop, Services, Prober, Mangum]:
    """Will start the application at the first request and keep it for the next ones."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    app = create_app()
    made: Services = app.state.services
    configure(made.settings.log_level)
    loop.run_until_complete(made.database.start())
    return loop, made, Prober(made.health, made.database, made.redis), Mangum(app, lifespan="off")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Will answer one request of API Gateway, a function URL or a load balancer."""
    loop, made, prober, answer = _started()
    loop.run_until_complete(prober.look())
    made.health.mode.look()
    try:
        return answer(event, context)
    finally:
        made.access_log.flush()
