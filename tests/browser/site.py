"""The whole task manager on one origin of loopback, and people who use it without the page."""

from __future__ import annotations

import itertools
import ssl
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import httpx

from api import servers as real
from api.migrations.run import upgrade
from api.servers.program import Program
from tests.browser import debian
from tests.browser.page_build import Nginx, build, one_origin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD: Final = "correct horse battery"
COOKIE: Final = "__Secure-refresh"
_numbers = itertools.count()
# Everything here is plain HTTP on loopback; a context of its own would read all authorities for each person.
_NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# A tenth of a second for Redis is right in the cluster; here a browser and a build may hold both cores.
_PATIENCE: Final = {"REDIS_S": "2", "POOL_WAIT_S": "3", "CONNECT_S": "3", "STATEMENT_S": "3"}
_LIMITS: Final = dict.fromkeys(("USER_LIMIT", "IP_LIMIT", "LOGIN_IP_LIMIT", "LOGIN_ACCOUNT_LIMIT"), "100000")


@dataclass
class Person:
    """An account, and what its owner does on another device."""

    name: str
    http: httpx.Client

    def ask(self, method: str, path: str, *, json: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.http.request(method, f"/api/v1/{path}", json=json, headers=named)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def make(self, title: str = "a task", **fields: Any) -> dict[str, Any]:
        task: dict[str, Any] = self.ask("POST", "tasks", json={"title": title, **fields})
        return task

    def change(self, task: dict[str, Any], **fields: Any) -> dict[str, Any]:
        changed: dict[str, Any] = self.ask("PATCH", f"tasks/{task['id']}", json=fields, if_match="*")
        return changed

    def tasks(self) -> dict[str, dict[str, Any]]:
        """The person's tasks by their titles."""
        return {task["title"]: task for task in self.ask("GET", "tasks?limit=100")["items"]}


@dataclass
class Site:
    """What runs, and where it answers.

    Attributes:
        url: the one origin.
        api: the API's process, for tests that end it.
        pair: its PostgreSQL and Redis.
        prefix: the folder that the page's nginx serves.
        secrets: the folder from which the API reads its secrets again and again.
    """

    url: str
    api: Program
    pair: real.Pair
    prefix: Path
    page: Nginx
    secrets: Path
    _open: list[httpx.Client] = field(default_factory=list)

    def person(self, *tasks: str) -> Person:
        """Somebody new, with these tasks."""
        name = f"person-{next(_numbers)}"
        client = httpx.Client(base_url=self.api.url, timeout=20, verify=_NO_TLS)
        account = {"username": name, "password": PASSWORD}
        client.post(
            "/api/v1/auth/register", json={**account, "email": f"{name}@example.org"}
        ).raise_for_status()
        tokens = client.post("/api/v1/auth/login", json={**account, "device": "another device"}).json()
        client.headers["authorization"] = f"Bearer {tokens['access_token']}"
        person = Person(name, client)
        for title in tasks:
            person.make(title)
        self._open.append(client)
        return person

    def close(self) -> None:
        for client in self._open:
            client.close()


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    """Builds the page and runs everything below `folder` while the context lasts."""
    nginx = debian.program("nginx")
    with ExitStack() as started:
        pair = started.enter_context(real.running(real.embedded(), folder / "servers"))
        upgrade(pair.admin_url)
        secrets = folder / "secrets"
        secrets.mkdir()
        (secrets / "JWT_KEYS").write_text("k1:0f8b6d5c4a392817f6e5d4c3b2a19080")
        settings = {
            "DATABASE_URL": pair.admin_url,
            "REDIS_URL": pair.redis_url,
            "SECRETS_DIR": str(secrets),
            "SECRETS_S": "0.2",
            "PASSWORD_MEMORY_KIB": "8",
            "LOGIN_HOLD_S": "0",
            "DRAIN_S": "0",
            **_PATIENCE,
            **_LIMITS,
        }
        api = Program("api", folder=folder, settings=settings, port_variable="PORT", probe="/ready")
        api.start()
        started.callback(api.stop)
        prefix = build(folder / "toban")
        page = Nginx(
            nginx, prefix=prefix, folder=folder / "page-nginx", text=(prefix / "nginx.conf").read_text()
        )
        page.start()
        started.callback(page.stop)
        text = one_origin({"/api/": api.url, "/": page.url})
        front = Nginx(nginx, prefix=prefix, folder=folder / "front-nginx", text=text)
        front.start()
        started.callback(front.stop)
        site = Site(front.url.replace("127.0.0.1", "localhost"), api, pair, prefix, page, secrets)
        started.callback(site.close)
        yield site
