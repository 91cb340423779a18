"""Request bodies, read once: the right type, JSON, exactly the schema, or a problem that says where not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from api.errors import Problem, invalid

if TYPE_CHECKING:
    from fastapi import Request

M = TypeVar("M", bound=BaseModel)

NO_NUL = r"^[^\x00]*$"
"""PostgreSQL's text holds every character but this one."""


class Body(BaseModel):
    """A body that refuses what it does not know and converts nothing by guessing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


async def read(request: Request, model: type[M]) -> M:
    """Reads the request's body as this model; routes call it, since a dependency costs a tenth of a request.

    Raises:
        Problem: 415 if it is no JSON by its type; 422 if it does not fit, with the place of each fault.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, "Send the body as application/json.")
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        raise invalid(error.errors(include_url=False), where=("body",)) from None


def request_body(model: type[BaseModel]) -> dict[str, Any]:
    """Returns the body's description for OpenAPI; `api.openapi` puts the schema itself in its place."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
