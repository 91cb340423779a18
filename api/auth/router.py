"""Routes: register, sign in, renew, sign out, and the list of sessions."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from api import bodies
from api.addresses import caller_of
from api.auth import cookie
from api.auth.attempts import admit, guessing, refuse_guessable, signing_in
from api.auth.schemas import Login, RefreshToken, Registration
from api.auth.sessions import GONE, REUSED
from api.auth.tokens import ACCESS, REFRESH, Claims
from api.bodies import request_body
from api.errors import Problem, not_found
from api.gate import claims_of, unauthorized
from api.responses import json_response
from api.services import Services, services_of
from api.users import repository
from api.words import composed

router = APIRouter(prefix="/api/v1", tags=["authentication"])


@router.post("/auth/register", status_code=201, openapi_extra=request_body(Registration))
async def register(request: Request) -> Response:
    """Makes an account. A taken name or address is a 409 that does not say which of the two."""
    body = await bodies.read(request, Registration)
    services = services_of(request)
    await admit(services, signing_in(services, request))
    refuse_guessable(services, body.password, body.username, body.email)
    secret = await services.passwords.hash(body.password)
    user = await repository.add(services.database, body.username, body.email, secret)
    if user is None:
        raise Problem(409, "The name or the address is taken.")
    return json_response(user, 201, {"Location": "/api/v1/users/me"})


@router.post("/auth/login", openapi_extra=request_body(Login))
async def login(request: Request) -> Response:
    """Opens a session and answers with its first two tokens."""
    body = await bodies.read(request, Login)
    services = services_of(request)
    in_cookie = cookie.wanted(request, services.settings)
    await admit(services, signing_in(services, request))
    user = await repository.by_name(services.database, body.username)
    await admit(services, await guessing(services, request, body.username, user))
    stored, password = user["password_hash"] if user else None, composed(body.password)
    fits = await services.passwords.verify(stored, password)
    # Until release 0.1.0 a password was hashed as it was typed.
    as_typed = (
        not fits and password != body.password and await services.passwords.verify(stored, body.password)
    )
    if user is None or not (fits or as_typed):
        raise Problem(401, "Name and password do not fit.", headers={"WWW-Authenticate": "Bearer"})
    if services.health.mode.writes and (as_typed or services.passwords.is_outdated(user["password_hash"])):
        await repository.set_password(services.database, user["id"], await services.passwords.hash(password))
    device = body.device or request.headers.get("user-agent", "")
    await services.sessions.remember(user["id"], caller_of(request.scope))
    session = await services.sessions.open(
        user["id"], device=device, ip=_address(request), now=services.clock()
    )
    return _tokens(services, user["id"], session, 0, in_cookie=in_cookie)


@router.post("/auth/refresh", openapi_extra=request_body(RefreshToken))
async def refresh(request: Request) -> Response:
    """Renews a session; a token that comes again later than a few seconds after its first use ends it."""
    body = await bodies.read(request, RefreshToken)
    services = services_of(request)
    in_cookie = cookie.wanted(request, services.settings)
    claims = _refreshing(request, services, body, in_cookie=in_cookie)
    generation = await services.sessions.renew(claims, now=services.clock()) if claims else GONE
    if claims is None or generation < 0:
        problem = reused() if generation == REUSED else unauthorized()
        return cookie.drop(problem.response()) if in_cookie else problem.response()
    return _tokens(services, claims.user_id, claims.session, generation, in_cookie=in_cookie)


@router.post("/auth/logout", status_code=204, openapi_extra=request_body(RefreshToken))
async def logout(request: Request) -> Response:
    """Ends the session of this token; ending it twice is no error."""
    body = await bodies.read(request, RefreshToken)
    services = services_of(request)
    in_cookie = cookie.wanted(request, services.settings)
    claims = _refreshing(request, services, body, in_cookie=in_cookie)
    if claims is not None:
        await services.sessions.end(claims.user_id, claims.session)
    elif not in_cookie:
        raise unauthorized()
    response = Response(status_code=204)
    return cookie.drop(response) if in_cookie else response


@router.post("/auth/logout-all", status_code=204)
async def logout_all(request: Request) -> Response:
    """Ends every session of the caller, this one too."""
    services = services_of(request)
    in_cookie = cookie.wanted(request, services.settings)
    await services.sessions.end_all(claims_of(request).user_id)
    response = Response(status_code=204)
    return cookie.drop(response) if in_cookie else response


@router.get("/sessions")
async def list_sessions(request: Request) -> Response:
    """Lists the caller's sessions."""
    claims = claims_of(request)
    sessions = await services_of(request).sessions.list(claims.user_id)
    items = [{**session._asdict(), "current": session.id == claims.session} for session in sessions]
    return json_response({"items": items})


@router.delete("/sessions/{id}", status_code=204)
async def end_session(
    request: Request, session: Annotated[str, Path(alias="id", pattern=r"^[\w-]{1,64}$")]
) -> Response:
    """Ends one of the caller's sessions."""
    if not await services_of(request).sessions.end(claims_of(request).user_id, session):
        raise not_found()
    return Response(status_code=204)


def reused() -> Problem:
    """Returns the 401 of a refresh token that was used before."""
    return Problem(401, "This token was used before. To be safe the session has ended: sign in again.")


def _refreshing(
    request: Request, services: Services, body: RefreshToken, *, in_cookie: bool
) -> Claims | None:
    token = cookie.token_of(request) if in_cookie else body.refresh_token
    return services.tokens.verify(REFRESH, token) if token else None


def _tokens(services: Services, user_id: int, session: str, generation: int, *, in_cookie: bool) -> Response:
    settings, refresh_token = services.settings, services.tokens.issue(REFRESH, user_id, session, generation)
    issued: dict[str, Any] = {
        "access_token": services.tokens.issue(ACCESS, user_id, session),
        "token_type": "Bearer",
        "expires_in": settings.access_token_s,
    }
    if in_cookie:
        life_s = min(settings.refresh_token_s, settings.session_s)
        return cookie.keep(json_response(issued), refresh_token, life_s=life_s)
    return json_response(issued | {"refresh_token": refresh_token})


def _address(request: Request) -> str:
    return request.client.host[:64] if request.client else "unknown"
