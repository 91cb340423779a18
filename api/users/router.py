"""Routes of the signed-in user's own account."""

from fastapi import APIRouter, Request, Response

from api import bodies
from api.auth.attempts import admit, guessing, refuse_guessable
from api.auth.schemas import PasswordChange
from api.bodies import request_body
from api.errors import Problem
from api.gate import claims_of, unauthorized
from api.responses import json_response
from api.services import services_of
from api.users import repository
from api.words import composed

router = APIRouter(prefix="/api/v1/users", tags=["users"])


@router.get("/me")
async def me(request: Request) -> Response:
    """Answers with the caller's account."""
    user = await repository.by_id(services_of(request).database, claims_of(request).user_id)
    if user is None:
        raise unauthorized()
    return json_response(user)


@router.post("/me/password", status_code=204, openapi_extra=request_body(PasswordChange))
async def change_password(request: Request) -> Response:
    """Replaces the caller's password and ends every other session of the account."""
    body = await bodies.read(request, PasswordChange)
    services, claims = services_of(request), claims_of(request)
    user = await repository.by_id(services.database, claims.user_id)
    if user is None:
        raise unauthorized()
    await admit(services, await guessing(services, request, user["username"], user))
    stored = await repository.password_of(services.database, claims.user_id)
    if not await services.passwords.verify(stored, composed(body.current_password)):
        raise Problem(403, "The current password is another one.")
    refuse_guessable(services, body.new_password, user["username"], user["email"])
    secret = await services.passwords.hash(body.new_password)
    # Before, so that nothing is changed while Redis cannot end them; after, for those opened meanwhile.
    await services.sessions.end_all(claims.user_id, but=claims.session)
    if not await repository.replace_password(services.database, claims.user_id, str(stored), secret):
        raise Problem(409, "The password was changed by somebody else meanwhile: sign in again.")
    await services.sessions.end_all(claims.user_id, but=claims.session)
    return Response(status_code=204)
