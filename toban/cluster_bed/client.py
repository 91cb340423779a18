"""One connection to a Kubernetes API, as thin as HTTP: each error, warning and refusal is seen as sent.

The official client drops the server's warnings; a bed that proves "no warning" needs them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import urllib3

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Object = dict[str, Any]
"""A Kubernetes object, as JSON has it."""

APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
_TIMEOUT = urllib3.Timeout(connect=5, read=60)


class ClusterRefusalError(Exception):
    """The API answered with an error.

    Attributes:
        status: HTTP's number.
        reason: Kubernetes' own word for it, such as "Invalid" or "TooManyRequests"; empty if it sent none.
    """

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class Answer:
    """What the API sent back: the object, and the warnings beside it."""

    body: Object
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cluster:
    """A connection.

    Attributes:
        server: such as "https://127.0.0.1:6443".
        authority: the file with the certificate that the server's own is checked against.
        token: of the user whose rights the calls have.
        acting_as: headers that impersonate somebody, where the token's user may.
    """

    server: str
    authority: Path
    token: str = field(repr=False)
    acting_as: Mapping[str, str] = field(default_factory=dict)
    _pool: list[urllib3.PoolManager] = field(default_factory=list, repr=False, compare=False)
    _plurals: dict[str, dict[str, Object]] = field(default_factory=dict, repr=False, compare=False)

    def acting_for(self, group: str, *, user: str = "somebody") -> Cluster:
        """Returns the same cluster seen with the rights of `group` alone."""
        return replace(self, acting_as={"Impersonate-User": user, "Impersonate-Group": group})

    def call(
        self, method: str, path: str, body: Any = None, *, kind: str = "application/json", **query: str
    ) -> Answer:
        """Sends one request.

        Args:
            method: HTTP's verb.
            path: from the root, such as "/api/v1/nodes".
            body: sent as JSON; None sends none.
            kind: the body's media type: it tells one patch from another.
            query: the parameters behind the question mark.

        Raises:
            ClusterRefusalError: the status is 400 or more.
        """
        url = f"{self.server}{path}{'?' + urlencode(query) if query else ''}"
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind, **self.acting_as}
        data = None if body is None else json.dumps(body)
        answer = self._http().request(method, url, body=data, headers=headers)
        parsed = _parsed(answer.data)
        if answer.status >= 400:  # noqa: PLR2004 - HTTP's own border between success and error
            raise ClusterRefusalError(answer.status, parsed.get("reason", ""), parsed.get("message", ""))
        return Answer(
            parsed, tuple(line.split('"', 1)[1].rstrip('"') for line in answer.headers.getlist("Warning"))
        )

    def get(self, path: str, **query: str) -> Object:
        """Returns the body of a GET."""
        return self.call("GET", path, **query).body

    def items(self, path: str, **query: str) -> list[Object]:
        """Returns the items of a list."""
        found: list[Object] = self.get(path, **query)["items"]
        return found

    def apply(self, thing: Object, *, manager: str, dry_run: bool = False) -> Answer:
        """Applies `thing` on the server's side, strictly: an unknown or doubled field is an error.

        Args:
            thing: complete as its owner wants it; a field left out is given up by this manager.
            manager: who owns the fields; a field of another manager is taken over.
            dry_run: True asks for every check and changes nothing.
        """
        query = {"fieldManager": manager, "fieldValidation": "Strict", "force": "true"}
        if dry_run:
            query["dryRun"] = "All"
        return self.call("PATCH", self.path(thing), thing, kind=APPLY, **query)

    def path(self, thing: Object) -> str:
        """Returns where `thing` lives, as the server's own discovery says.

        Raises:
            ClusterRefusalError: the server has no such kind.
        """
        version = str(thing["apiVersion"])
        resource = self._resource(version, str(thing["kind"]))
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        room = (
            f"/namespaces/{thing['metadata'].get('namespace', 'default')}" if resource["namespaced"] else ""
        )
        return f"{root}{room}/{resource['name']}/{thing['metadata']['name']}"

    def everywhere(self, version: str, kind: str) -> str:
        """Returns where the objects of a kind are listed, those of all namespaces together.

        Raises:
            ClusterRefusalError: the server has no such kind.
        """
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        return f"{root}/{self._resource(version, kind)['name']}"

    def forget_kinds(self) -> None:
        """Makes the next call ask anew which kinds there are: some were just defined."""
        self._plurals.clear()

    def _resource(self, version: str, kind: str) -> Object:
        if kind not in self._plurals.get(version, {}):
            root = f"/apis/{version}" if "/" in version else f"/api/{version}"
            found = self.get(root)["resources"]
            self._plurals[version] = {
                resource["kind"]: resource for resource in found if "/" not in resource["name"]
            }
        if kind not in self._plurals[version]:
            raise ClusterRefusalError(404, "NotFound", f"the cluster has no kind {kind} in {version}")
        return self._plurals[version][kind]

    def _http(self) -> urllib3.PoolManager:
        if not self._pool:
            self._pool.append(
                urllib3.PoolManager(ca_certs=str(self.authority), timeout=_TIMEOUT, retries=False, maxsize=8)
            )
        return self._pool[0]


def _parsed(data: bytes) -> Object:
    """Reads a JSON object; a plain word such as "ok" becomes its message."""
    try:
        found = json.loads(data)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"message": data.decode(errors="replace")}
