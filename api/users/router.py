"""Routes of the signed-in user's own account."""

from fastapi import APIRouter, Request, Response

from api.gate import claims_of, unauthorized
from api.responses import json_response
from api.services import services_of
from api.users import repository

router = APIRouter(prefix="/api/v1/users", tags=["users"])


@router.get("/me")
async def me(request: Request) -> Response:
    """Answers with the caller's account."""
    user = await repository.by_id(services_of(request).database, claims_of(request).user_id)
    if user is None:
        raise unauthorized()
    return json_response(user)
