"""What a client asked for, read from its request line, and what it gets back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from twin.cluster.status import bad_request, invalid_options, no_such_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.cluster.api.access import Identity
    from twin.cluster.kinds import Kind, Kinds
    from twin.cluster.shapes import Object

_OPTIONS = {"POST": "CreateOptions", "PUT": "UpdateOptions", "PATCH": "PatchOptions"}
_NAMESPACE_PARTS = ("status", "finalize")


@dataclass(frozen=True, slots=True)
class Request:
    """One call.

    Attributes:
        method: The HTTP verb.
        path: The path without its query.
        query: The query's parameters, the last of each.
        body: The decoded body; None when there is none.
        content_type: The body's media type without parameters.
        manager: Who writes, for field ownership, when the query does not say.
        identity: Who calls.
    """

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    content_type: str = "application/json"
    manager: str = "unknown"
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """One answer: a body, or for a watch a stream of events that ends when the server says so."""

    code: int
    body: Object | str = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    stream: Iterator[Object | None] | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What a path points at. An empty name means the collection, an empty namespace all of them."""

    kind: Kind
    namespace: str = ""
    name: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How to write: for real or not, in whose name, and how strict."""

    dry_run: bool
    manager: str
    validation: str
    force: bool

    @classmethod
    def of(cls, request: Request, body_options: Object | None = None) -> WriteOptions:
        """Reads the query; `body_options` are those that a DeleteOptions body carries.

        Raises:
            StatusError: 400 for a value that Kubernetes does not know.
        """
        dry = request.query.get("dryRun") or ",".join((body_options or {}).get("dryRun") or ())
        if dry not in ("", "All"):
            why = f'Unsupported value: ["{dry}"]: supported values: "All"'
            raise invalid_options(
                _OPTIONS.get(request.method, "DeleteOptions"), "dryRun", "FieldValueNotSupported", why
            )
        validation = request.query.get("fieldValidation") or "Warn"
        if validation not in ("Strict", "Warn", "Ignore"):
            raise bad_request(
                f'fieldValidation: Unsupported value: "{validation}": '
                'supported values: "Ignore", "Strict", "Warn"'
            )
        manager = request.query.get("fieldManager") or request.manager
        return cls(dry == "All", manager, validation, request.query.get("force") == "true")


def target_of(path: str, kinds: Kinds) -> Target:
    """Reads a path such as `/apis/apps/v1/namespaces/web/deployments/api/scale`.

    Raises:
        StatusError: 404 when nothing is served there.
    """
    steps = [unquote(step) for step in path.strip("/").split("/")]
    if steps[0] == "api" and len(steps) > 2:  # noqa: PLR2004 - /api/v1/plural
        group, version, rest = "", steps[1], steps[2:]
    elif steps[0] == "apis" and len(steps) > 3:  # noqa: PLR2004 - /apis/group/version/plural
        group, version, rest = steps[1], steps[2], steps[3:]
    else:
        raise no_such_path(known_group=False)
    if not any((kind.group, kind.version) == (group, version) for kind in kinds):
        raise no_such_path(known_group=False)
    namespace = ""
    inside = rest[0] == "namespaces" and len(rest) > 2 and rest[2] not in _NAMESPACE_PARTS  # noqa: PLR2004
    if inside:
        namespace, rest = rest[1], rest[2:]
    kind = kinds.at(group, version, rest[0])
    if kind is None or len(rest) > 3 or inside != (kind.namespaced and inside):  # noqa: PLR2004
        raise no_such_path()
    name, part = ([*rest, "", ""])[1:3]
    if name and kind.namespaced and not namespace:
        raise no_such_path()
    return Target(kind, namespace, name, part)
