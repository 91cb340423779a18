"""`toban api`: the whole task manager for one person on one machine, and a look into its queue of jobs."""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.clock import wall_clock
from api.database import Database
from api.servers import Pair, ServerFailedError, ServerMissingError, embedded, running
from api.servers.files import kept_secret
from api.servers.page import built
from api.servers.stack import Stack, task_manager
from api.settings import DatabaseSettings
from api.worker import queue
from toban.api_demo import USER, seed

app = typer.Typer(no_args_is_help=True)
jobs = typer.Typer(no_args_is_help=True)
app.add_typer(jobs, name="jobs", help="Jobs of the worker: what waits, what died, and another chance.")

_LOOK_S = 0.5
console = Console()


class Stop:
    """Whether a signal asked for the end: a plain flag, as a handler must not wait for its thread's lock."""

    asked = False

    def ask(self) -> None:
        """Asks for the end."""
        self.asked = True


@app.command()
def up(
    port: Annotated[int, typer.Option(help="Loopback port of the API.")] = 8080,
    demo_data: Annotated[bool, typer.Option("--demo-data", help="Make a user and some tasks.")] = False,  # noqa: FBT002
    data: Annotated[
        Path | None, typer.Option(help="Keep all state in this folder; else it is temporary.")
    ] = None,
) -> None:
    """Start database, cache, API, worker and the task page if it is built, and stop them all on Ctrl-C.

    DATABASE_URL and REDIS_URL, when both are set, name servers to use instead of starting some.
    """
    stop, page = Stop(), built()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: stop.ask())
    try:
        with (
            _folder(data) as folder,
            _servers(folder) as pair,
            task_manager(pair, folder=folder, port=port, tell=_tell, page=page) as stack,
        ):
            if demo_data:
                _tell("sowing demo data")
                seed(stack.api.url, password=kept_secret(folder / "demo-password"))
            _welcome(stack, folder, demo=demo_data, page=page is not None)
            dead = _watch(
                stop,
                {"API": stack.api, "worker": stack.worker, "PostgreSQL": pair.postgres, "Redis": pair.redis},
            )
    except (ServerFailedError, ServerMissingError) as error:
        console.print(f"[red]could not start:[/] {error}", highlight=False)
        raise typer.Exit(1) from error
    if dead:
        console.print(f"[red]{dead} ended by itself[/]; everything else was stopped")
        raise typer.Exit(1)
    console.print("stopped")


@jobs.command("list")
def list_jobs(
    state: Annotated[str, typer.Option(help="ready, running, done or dead.")] = "dead",
    limit: Annotated[int, typer.Option(help="How many, the newest first.")] = 20,
) -> None:
    """List the jobs of a state, from the database that DATABASE_URL names."""
    table = Table("id", "kind", "key", "attempts", "run at", "last word")
    for job in _ask(lambda database: queue.listed(database, state=state, limit=limit)):
        attempts = f"{job['attempts']}/{job['max_attempts']}"
        table.add_row(
            *(str(job[name]) for name in ("id", "kind", "key")),
            attempts,
            str(job["run_at"]),
            job["last_error"],
        )
    console.print(table)


@jobs.command()
def requeue(job_id: Annotated[int, typer.Argument(help="A dead job.")]) -> None:
    """Give a dead job all its attempts again."""
    now = datetime.fromtimestamp(wall_clock(), UTC)
    if not _ask(lambda database: queue.requeue(database, job_id=job_id, now=now)):
        console.print(f"no dead job has the id {job_id}: `toban api jobs list` shows them")
        raise typer.Exit(1)
    console.print(f"job {job_id} is ready again")


def _ask(question: Any) -> Any:
    async def run() -> Any:
        database = await Database.open(DatabaseSettings.from_environment())
        try:
            return await question(database)
        finally:
            await database.close()

    return asyncio.run(run())


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    if data is not None:
        data.mkdir(mode=0o711, parents=True, exist_ok=True)
        yield data.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="toban-api-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)  # the servers' own user must walk through
        yield Path(name)


@contextmanager
def _servers(folder: Path) -> Iterator[Pair]:
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        _tell("using the servers that DATABASE_URL and REDIS_URL name")
        yield Pair("named", os.environ["DATABASE_URL"], os.environ["REDIS_URL"])
        return
    _tell("starting PostgreSQL and Redis")
    with running(embedded(), folder) as pair:
        yield pair


def _watch(stop: Stop, parts: dict[str, Any]) -> str | None:
    while not stop.asked:
        time.sleep(_LOOK_S)  # noqa: TID251 - a person's command waits here, no handler does
        for name, part in parts.items():
            if part is not None and part.process is not None and not part.process.running():
                return name
    return None


def _welcome(stack: Stack, folder: Path, *, demo: bool, page: bool) -> None:
    console.print(f"the task manager answers at [bold]{stack.api.url}[/] (Ctrl-C stops it)")
    if not page:
        how = "`npm ci && npm run build` in frontend/ does it"
        console.print(f"the task page is not built ({how}): the API is served alone")
    console.print(f"  API          {stack.api.url}/docs\n  logs         {folder}/*.log", highlight=False)
    if not demo:
        return
    password = kept_secret(folder / "demo-password")
    login = f"curl -s {stack.api.url}/api/v1/auth/login -H 'content-type: application/json' "
    body = f'{{"username":"{USER}","password":"{password}"}}'
    console.print(f"log in as {USER} with the password {password}:", highlight=False, soft_wrap=True)
    console.print(f"  {login}-d '{body}'", highlight=False, soft_wrap=True, markup=False)


def _tell(line: str) -> None:
    console.print(f"[dim]· {line}[/]")
