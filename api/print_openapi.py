"""`python -m api.print_openapi > api/openapi.json`: prints the API's description as it is committed."""

from __future__ import annotations

import json
import secrets
import sys

from api.main import create_app
from api.settings import Settings


def main() -> None:
    """Prints the document; no server is named, because none is asked."""
    unreachable = {
        "database_url": "postgresql://nowhere/x",
        "redis_url": "redis://nowhere",
        "jwt_keys": f"k:{secrets.token_hex(32)}",
    }
    document = create_app(Settings.model_validate(unreachable)).openapi()
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
