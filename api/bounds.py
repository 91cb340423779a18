"""What a connection, an address, a user and a request may cost; more is refused, and the refusal counted."""

from typing import Annotated

from pydantic import BaseModel, Field

Seconds = Annotated[float, Field(gt=0)]


class Bounds(BaseModel):
    """The settings that bound callers; `api.settings.Settings` reads them from the environment."""

    concurrency: int = Field(
        default=512, ge=1, description="Requests answered at the same time; one more gets a 503"
    )
    connections: int = Field(
        default=4096, ge=1, description="Open connections; one more is closed with a 503"
    )
    head_s: Seconds = Field(default=10.0, description="Wait for the head of a request on an open connection")
    head_bytes: int = Field(default=32_768, ge=1024, description="Largest head of a request; more gets a 431")
    url_bytes: int = Field(default=8192, ge=1024, description="Longest address of a request; more gets a 414")
    write_s: Seconds = Field(
        default=10.0, description="A caller who takes less than 1 KiB/s of an answer for so long is cut off"
    )
    caller_concurrency: int = Field(
        default=128, ge=1, description="Open requests of one address; one more gets a 429"
    )
    body_s: Seconds = Field(
        default=2.0, description="Wait for a request's body, and a second more for each 32 KiB of it"
    )
    body_bytes: int = Field(default=65_536, ge=1024, description="Largest request body")
    bulk_body_bytes: int = Field(default=1_048_576, ge=1024, description="Largest body of /api/v1/tasks:bulk")
    caller_connections: int = Field(
        default=512, ge=1, description="Open connections of one address; one more is closed with a 429"
    )
    unsent_bytes: int = Field(
        default=16_777_216, ge=65_536, description="Answers of one address that wait to be read, in bytes"
    )
    user_tasks: int = Field(default=10_000, ge=1, description="Tasks of one user; one more gets a 403")
    user_bytes: int = Field(
        default=67_108_864, ge=1024, description="Titles and descriptions of one user, in bytes of UTF-8"
    )
    user_keys: int = Field(
        default=10_000, ge=1, description="Idempotency-Keys of one user in a day; one more gets a 403"
    )
    user_key_bytes: int = Field(
        default=33_554_432, ge=1024, description="Answers kept for one user's Idempotency-Keys, in bytes"
    )
    user_searches: int = Field(default=2, ge=1, description="Searches of one user at the same time")
    user_search_s: Seconds = Field(
        default=10.0, description="Time in PostgreSQL that one user's searches may take in a minute"
    )
    user_limit: int = Field(default=600, ge=1, description="Requests of one user in a minute")
    ip_limit: int = Field(default=3000, ge=1, description="Requests from one address in a minute")
    login_ip_limit: int = Field(
        default=30, ge=1, description="Sign-ins and registrations from one address in a minute"
    )
    login_account_limit: int = Field(
        default=10, ge=1, description="Sign-ins to one account from one address in a minute"
    )
    login_account_hour_limit: int = Field(
        default=100,
        ge=1,
        description="Sign-ins to one account in an hour from addresses that it does not know",
    )
