"""What the authentication routes take."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from api.bodies import NO_NUL, Body
from api.words import MAX_PASSWORD, MAX_TYPED, composed

Username = Annotated[str, StringConstraints(min_length=3, max_length=50, pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
Email = Annotated[
    str, StringConstraints(min_length=6, max_length=100, pattern=r"^[a-z0-9_.+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$")
]
Password = Annotated[
    str,
    BeforeValidator(
        lambda typed: composed(typed) if isinstance(typed, str) and len(typed) <= MAX_TYPED else typed
    ),
    StringConstraints(min_length=12, max_length=MAX_PASSWORD, pattern=NO_NUL),
]


class Registration(Body):
    """A new account. Lower case only, so that no two names differ by case alone."""

    username: Username
    email: Email
    password: Password


class PasswordChange(Body):
    """The password in use, and the one to use from now on."""

    current_password: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TYPED, pattern=NO_NUL)]
    new_password: Password


class Login(Body):
    """A name and a password."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=NO_NUL)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TYPED, pattern=NO_NUL)]
    device: Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)] = Field(
        default="", description="What to call this session in the list of sessions; the User-Agent if empty"
    )


class RefreshToken(Body):
    """The token that renews or ends a session; left out, the cookie has it (X-Session-Cookie)."""

    refresh_token: Annotated[str, StringConstraints(min_length=1, max_length=1000)] = ""


class Account(BaseModel):
    """An account as its owner sees it."""

    id: int
    username: str
    email: str
    created_at: datetime
    updated_at: datetime


class IssuedTokens(BaseModel):
    """What opens the API for `expires_in` seconds, and what renews it, once, unless the cookie has it."""

    access_token: str
    refresh_token: str | SkipJsonSchema[None] = None
    token_type: Literal["Bearer"]
    expires_in: int


class OwnSession(BaseModel):
    """A session of the caller; moments are seconds since 1970."""

    id: str
    device: str
    ip: str
    created_at: int
    seen_at: int
    current: bool


class SessionList(BaseModel):
    """The caller's sessions, the latest used first."""

    items: list[OwnSession]
