"""`python -m api`: serves the API with the settings of the environment."""

from __future__ import annotations

import sys

from api.logs import configure
from api.server import serve
from api.settings import Settings, SettingsError


def main() -> int:
    """Serves until a signal ends it; returns 0, or 2 when the settings were refused."""
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    configure(settings.log_level)
    serve(settings)
    return 0


sys.exit(main())
