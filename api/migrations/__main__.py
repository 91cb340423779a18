"""`python -m api.migrations upgrade|downgrade REVISION|head`: the job before a roll-out."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys

from api.migrations import roles
from api.migrations.run import downgrade, head, upgrade

PASSWORDS = {roles.API: "API_PASSWORD", roles.WORKER: "WORKER_PASSWORD"}
"""Variables with the passwords of the roles; one that is not set leaves its role alone."""


def main() -> int:
    """Carries out one verb against the server that DATABASE_URL names, and returns 0."""
    parser = argparse.ArgumentParser(prog="python -m api.migrations", description=__doc__)
    parser.add_argument("verb", choices=["upgrade", "downgrade", "head"])
    parser.add_argument("revision", nargs="?", help="upgrade: the head by default; downgrade: must be named")
    arguments = parser.parse_args()
    if arguments.verb == "head":
        sys.stdout.write(head() + "\n")
        return 0
    url = os.environ.get("DATABASE_URL")
    if not url:
        parser.error(
            "DATABASE_URL is not set: name the server, as postgresql://user:password@host:port/taskmanager"
        )
    if arguments.verb == "upgrade":
        upgrade(url, arguments.revision or "head")
        passwords = {role: os.environ.get(name, "") for role, name in PASSWORDS.items()}
        asyncio.run(roles.ensure(url, {role: password for role, password in passwords.items() if password}))
    elif not arguments.revision:
        parser.error("downgrade needs the revision to go back to")
    else:
        downgrade(url, arguments.revision)
    return 0


sys.exit(main())
