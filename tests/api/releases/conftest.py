"""The fixtures of the routes, for the journeys over them."""

from __future__ import annotations

from tests.api.routes.conftest import settings_for

__all__ = ["settings_for"]
