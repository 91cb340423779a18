"""The API's description: what FastAPI knows of the routes, and what the routes read by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from api.auth import cookie
from api.auth.schemas import (
    Account,
    IssuedTokens,
    Login,
    PasswordChange,
    RefreshToken,
    Registration,
    SessionList,
)
from api.conditional import TAGS
from api.gate import OPEN
from api.idempotency import KEY
from api.openapi_headers import HEADERS, describe_headers
from api.tasks.schemas import Bulk, BulkResults, Task, TaskCreate, TaskList, TaskUpdate

if TYPE_CHECKING:
    from fastapi import FastAPI
    from pydantic import BaseModel

BODIES: Final[tuple[type[BaseModel], ...]] = (
    Registration,
    Login,
    RefreshToken,
    PasswordChange,
    TaskCreate,
    TaskUpdate,
    Bulk,
)
ANSWERS: Final[dict[tuple[str, str], type[BaseModel]]] = {
    ("/api/v1/tasks", "post"): Task,
    ("/api/v1/tasks", "get"): TaskList,
    ("/api/v1/tasks/{id}", "get"): Task,
    ("/api/v1/tasks/{id}", "patch"): Task,
    ("/api/v1/tasks:bulk", "post"): BulkResults,
    ("/api/v1/auth/register", "post"): Account,
    ("/api/v1/users/me", "get"): Account,
    ("/api/v1/auth/login", "post"): IssuedTokens,
    ("/api/v1/auth/refresh", "post"): IssuedTokens,
    ("/api/v1/sessions", "get"): SessionList,
}
PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "trace_id": {"type": ["string", "null"]},
    },
}
_REF: Final = "#/components/schemas/{model}"


def describe(app: FastAPI) -> dict[str, Any]:
    """Returns the OpenAPI document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, routes=app.routes)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        wanted: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
            *((model, "validation") for model in BODIES),
            *((model, "serialization") for model in set(ANSWERS.values())),
        ]
        _, found = models_json_schema(sorted(wanted, key=str), ref_template=_REF)
        schemas.update(found["$defs"])
        schemas["Problem"] = PROBLEM
        document["components"]["headers"] = HEADERS
        document["components"]["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        }
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                _complete(path, method, operation)
        app.openapi_schema = document
    return app.openapi_schema


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Adds what every operation of a kind has: its problems, its token, its conditions."""
    problem = {"application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}}
    responses = operation["responses"]
    responses.pop("422", None)
    responses["default"] = {"description": "A problem, as RFC 9457 has it", "content": problem}
    answer = ANSWERS.get((path, method))
    if answer is not None:
        success = next(code for code in responses if code.startswith("2"))
        schema = {"$ref": _REF.format(model=answer.__name__)}
        responses[success]["content"] = {"application/json": {"schema": schema}}
    if path.startswith("/api/v1/") and path not in OPEN:
        operation["security"] = [{"bearer": []}]
    parameters = operation.setdefault("parameters", [])
    if path.startswith("/api/v1/auth/") and method == "post" and path != "/api/v1/auth/register":
        text = f"true keeps the refresh token in a cookie for {cookie.PATH}; needs an Origin of ours"
        parameters.append(_header(cookie.HEADER, text, pattern="^(true|false)$"))
    if method in {"patch", "delete"} and path == "/api/v1/tasks/{id}":
        parameters.append(
            _header("If-Match", "ETags that the task may have, or *", pattern=TAGS, required=True)
        )
    if method == "post" and path.startswith("/api/v1/tasks"):
        parameters.append(_header("Idempotency-Key", "Makes repeating harmless", pattern=KEY))
    if method == "get" and path.startswith("/api/v1/tasks"):
        parameters.append(_header("If-None-Match", "ETags that the caller has"))
        parameters.append(_header("If-Modified-Since", "A date; unheard beside If-None-Match"))
        responses["304"] = {"description": "Unchanged"}
    for code, response in responses.items():
        response["headers"] = describe_headers(path, method, code)


def _header(name: str, text: str, *, pattern: str | None = None, required: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": text,
        "schema": {"type": "string"} | ({"pattern": pattern} if pattern else {}),
    }
