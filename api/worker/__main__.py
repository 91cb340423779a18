"""`python -m api.worker`: works until SIGTERM or SIGINT, then finishes the jobs at hand and goes."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import sys

from api import logs
from api.clock import wall_clock
from api.credentials import Credentials
from api.database import Database
from api.settings import SettingsError
from api.worker.loop import run_until_stopped
from api.worker.runner import Worker
from api.worker.settings import WorkerSettings


def main() -> int:
    """Works until a signal ends it; returns 0, or 2 when the settings were refused."""
    try:
        settings = WorkerSettings.from_environment()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    logs.configure(settings.log_level)
    asyncio.run(_work(settings))
    return 0


async def _work(settings: WorkerSettings) -> None:
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    # A restarted process must not pass for its predecessor, whose lease may still run.
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
    database = Database(settings, name="toban-worker")
    await database.start()
    renewing = asyncio.create_task(Credentials(settings, {"database_url": database.pool.rotate_to}).watch())
    try:
        await run_until_stopped(Worker(database, settings, name), stop=stop, clock=wall_clock)
    finally:
        renewing.cancel()
        await database.close()


sys.exit(main())
