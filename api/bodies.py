"""Request bodies, read once: the right type, JSON, and exactly the schema, or a problem that says where it is not."""

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from api.errors import Problem, invalid

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

M = TypeVar("M", bound=BaseModel)

NO_NUL = r"^[^\x00]*$"
"""PostgreSQL's text holds every character but this one."""


class Body(BaseModel):
    """A body that refuses what it does not know and converts nothing by guessing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


Line = Annotated[str, StringConstraints(pattern=NO_NUL)]


def body(model: type[M]) -> Any:
    """Will make the dependency that reads a body of this model."""

    async def read(request: Request) -> M:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise Problem(415, "Send the body as application/json.")
        try:
            return model.model_validate_json(await request.body())
        except ValidationError as error:
            raise invalid(error.errors(include_url=False), where=("body",)) from None

    dependency: Callable[[Request], Awaitable[M]] = read
    return Depends(dependency)


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """Will describe the body for OpenAPI; `api.openapi` puts the schema itself in its place."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
