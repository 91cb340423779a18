"""The errors of the Kubernetes API, each as the Status object that a client reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twin.cluster.kinds import Kind
    from twin.cluster.shapes import Object

Cause = tuple[str, str, str]
"""Field, reason, message."""


class StatusError(Exception):
    """A refusal with its HTTP code and machine-readable reason.

    Args:
        code: The HTTP status.
        reason: One word, such as `NotFound`; empty where Kubernetes gives none.
        message: The sentence for a person.
        details: What `Status.details` holds.
    """

    def __init__(self, code: int, reason: str, message: str, details: Object | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details or {}

    def as_status(self) -> Object:
        """Returns the Status object."""
        body: dict[str, Any] = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
        body["message"] = self.message
        if self.reason:
            body["reason"] = self.reason
        if self.details:
            body["details"] = self.details
        return {**body, "code": self.code}


def success(kind: Kind | None = None, name: str = "", uid: str = "") -> Object:
    """Returns the Status of a write that has nothing else to show."""
    body: Object = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    if kind is not None:
        body["details"] = _about(kind, name) | ({"uid": uid} if uid else {})
    return body


def _about(kind: Kind, name: str) -> Object:
    return {"name": name, **({"group": kind.group} if kind.group else {}), "kind": kind.plural}


def _causes(causes: list[Cause]) -> list[Object]:
    return [{"reason": reason, "message": message, "field": field} for field, reason, message in causes]


def not_found(kind: Kind, name: str) -> StatusError:
    """Returns the 404 for an object that does not exist."""
    return StatusError(404, "NotFound", f'{kind.resource} "{name}" not found', _about(kind, name))


def no_such_path(*, known_group: bool = True) -> StatusError:
    """Returns the 404 for a path that nothing serves."""
    if not known_group:
        return PlainError(404, "", "404 page not found\n")
    return StatusError(404, "NotFound", "the server could not find the requested resource")


def already_exists(kind: Kind, name: str) -> StatusError:
    """Returns the 409 for a name that is taken."""
    return StatusError(409, "AlreadyExists", f'{kind.resource} "{name}" already exists', _about(kind, name))


def conflict(kind: Kind, name: str, why: str) -> StatusError:
    """Returns the 409 for a write that rests on an old reading."""
    message = f'Operation cannot be fulfilled on {kind.resource} "{name}": {why}'
    return StatusError(409, "Conflict", message, _about(kind, name))


def apply_conflict(message: str, causes: list[Cause]) -> StatusError:
    """Returns the 409 for an apply that would take a field from another manager."""
    return StatusError(409, "Conflict", message, {"causes": _causes(causes)})


def bad_request(message: str) -> StatusError:
    """Returns the 400 for a body that cannot be read."""
    return StatusError(400, "BadRequest", message)


def invalid(kind: Kind, name: str, causes: list[Cause]) -> StatusError:
    """Returns the 422 for an object whose values do not fit."""
    phrases = [f"{field}: {message}" for field, _, message in causes]
    listed = phrases[0] if len(phrases) == 1 else f"[{', '.join(phrases)}]"
    details = _about(kind, name) | {"kind": kind.name, "causes": _causes(causes)}
    title = f"{kind.name}.{kind.group}" if kind.group else kind.name
    return StatusError(422, "Invalid", f'{title} "{name}" is invalid: {listed}', details)


def forbidden(kind: Kind, name: str, why: str) -> StatusError:
    """Returns the 403 with its explanation."""
    shown = f' "{name}"' if name else ""
    return StatusError(403, "Forbidden", f"{kind.resource}{shown} is forbidden: {why}", _about(kind, name))


def unauthorized() -> StatusError:
    """Returns the 401: nobody known."""
    return StatusError(401, "Unauthorized", "Unauthorized")


def too_many_requests(message: str, causes: list[Cause], retry_after_s: int = 0) -> StatusError:
    """Returns the 429 with its causes; a delay of 0 is left out, as the API server does."""
    details: Object = {"causes": [{"reason": reason, "message": text} for _, reason, text in causes]}
    if retry_after_s:
        details["retryAfterSeconds"] = retry_after_s
    return StatusError(429, "TooManyRequests", message, details)


def expired(message: str) -> StatusError:
    """Returns the 410: the history that was asked for is gone."""
    return StatusError(410, "Expired", message)


def internal_error(error: Exception) -> StatusError:
    """Returns the 500: the simulation itself is at fault."""
    return StatusError(500, "InternalError", f"Internal error occurred: {type(error).__name__}: {error}")


class PlainError(StatusError):
    """A refusal in plain words, where Kubernetes sends no Status."""


def unsupported_media_type() -> StatusError:
    """Returns the 415 for a patch of an unknown kind."""
    return PlainError(415, "", "415: Unsupported Media Type")


def invalid_options(kind: str, field: str, reason: str, message: str) -> StatusError:
    """Returns the 422 for an option of the request, such as `dryRun`."""
    causes = [{"reason": reason, "message": message, "field": field}]
    details = {"group": "meta.k8s.io", "kind": kind, "causes": causes}
    return StatusError(422, "Invalid", f'{kind}.meta.k8s.io "" is invalid: {field}: {message}', details)


def method_not_allowed() -> StatusError:
    """Returns the 405 for a verb that the resource does not have."""
    return StatusError(
        405, "MethodNotAllowed", "the server does not allow this method on the requested resource"
    )
