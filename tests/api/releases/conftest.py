"""The fixtures of the routes, for the journeys over them."""

from __future__ import annotations

from tests.api.routes.conftest import settings_for as settings_for  # noqa: PLC0414 - pytest finds it here
