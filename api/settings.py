"""What may differ between two deployments, read once from the environment and refused if unsafe."""

import os
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.bounds import Bounds, Seconds
from api.weak_secrets import refuse_weak_password, signing_keys


class SettingsError(ValueError):
    """The environment cannot run this API; the message says which variable, why, and what to do."""


class DatabaseSettings(BaseSettings):
    """What the API and its worker share; the environment variable is the name in upper case."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    database_url: SecretStr = Field(
        description="PostgreSQL, as postgresql://user:password@host:port/taskmanager"
    )
    pool_size: int = Field(default=8, ge=1, le=64, description="PostgreSQL connections of one process")
    pool_wait_s: Seconds = Field(default=0.6, description="Wait for a free connection before a 503")
    connect_s: Seconds = Field(default=1.0, description="Wait for PostgreSQL to accept a connection")
    statement_s: Seconds = Field(default=1.0, description="Wait for one statement before a 503")
    log_level: str = Field(
        default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least severe log line"
    )
    secrets_dir: Path | None = Field(
        default=None, description="Folder with a file for each secret, named as its variable; read again"
    )
    secrets_s: Seconds = Field(default=5.0, description="Interval of reading them again")

    @classmethod
    def from_environment(cls) -> Self:
        """Reads the environment, with the mounted secrets in front of it; refuses what is missing or unsafe.

        Raises:
            SettingsError: naming each variable, what is wrong with it and what to do.
        """
        return cls._checked(cls._mounted(os.environ.get("SECRETS_DIR")))

    def reloaded(self) -> Self:
        """Reads the mounted secrets again; what has no file stays as it is, and so does what is no secret.

        Raises:
            SettingsError: a secret is malformed or unsafe.
        """
        now = {name: getattr(self, name) for name in type(self).model_fields}
        return self._checked(now | self._mounted(self.secrets_dir))

    @classmethod
    def _mounted(cls, folder: str | Path | None) -> dict[str, Any]:
        if not folder:
            return {}
        files = {
            name: Path(folder) / name.upper()
            for name, field in cls.model_fields.items()
            if field.annotation is SecretStr
        }
        return {
            name: file.read_text(encoding="utf-8").strip() for name, file in files.items() if file.is_file()
        }

    @classmethod
    def _checked(cls, given: dict[str, Any]) -> Self:
        try:
            return cls(**given)
        except ValidationError as error:
            problems = "; ".join(
                _sentence(item["loc"], item["msg"]) for item in error.errors(include_url=False)
            )
            raise SettingsError(f"This process cannot start: {problems}") from error

    @field_validator("database_url", mode="after")
    @classmethod
    def _is_postgresql(cls, url: SecretStr) -> SecretStr:
        if not url.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("must begin with postgresql://")
        refuse_weak_password(url.get_secret_value())
        return url


class Settings(Bounds, DatabaseSettings):
    """Every setting of the API; its worker needs no more than `api.worker.settings` and no signing key."""

    redis_url: SecretStr = Field(description="Redis or Valkey, as redis://host:port/0")
    jwt_keys: SecretStr = Field(
        description="Signing keys as kid:secret, comma-separated; the first signs, all verify (rotation)"
    )

    host: str = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 inside a container")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on")
    probe_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        description="A second port, alone with /ready, /startup and /metrics; none serves them on PORT",
    )
    trusted_proxies: str = Field(
        default="",
        description="Proxies whose X-Forwarded-For is believed, comma-separated; empty believes nobody",
    )

    access_token_s: int = Field(
        default=900, ge=60, le=900, description="Life of an access token; 15 min at most"
    )
    refresh_token_s: int = Field(
        default=1_209_600, ge=900, description="Life of an unused session; two weeks"
    )
    session_s: int = Field(
        default=2_592_000, ge=900, description="Life of any session, however often it is renewed; thirty days"
    )
    refresh_grace_s: float = Field(
        default=20.0, ge=0, le=60, description="A refresh token sent twice within this time ends no session"
    )
    user_sessions: int = Field(
        default=32, ge=1, le=100, description="Sessions of one user; one more ends the one unused longest"
    )
    app_origins: str = Field(
        default="",
        description="Origins of pages that may use the cookie, comma-separated, beside the API's own",
    )
    password_slots: int = Field(
        default=2, ge=1, le=16, description="Password hashes computed at the same time"
    )
    password_queue: int = Field(
        default=8, ge=0, description="Hashes that may wait; the next caller gets a 503"
    )
    login_hold_s: float = Field(
        default=1.0, ge=0, le=5, description="How long a refused sign-in waits for its answer: slows a flood"
    )
    password_memory_kib: int = Field(
        default=19_456, ge=8, description="argon2id memory (OWASP: 19 MiB, t=2, p=1)"
    )

    redis_s: Seconds = Field(default=0.1, description="Wait for one Redis answer before going on without it")
    request_s: Seconds = Field(
        default=10.0, description="Whole request; below any load balancer's idle timeout"
    )
    keep_alive_s: int = Field(default=75, ge=1, description="Idle connection; above the load balancer's 60 s")
    drain_s: float = Field(
        default=15.0, ge=0, description="Serving with /ready at 503 before the socket closes"
    )
    shutdown_s: int = Field(default=25, ge=1, description="Wait for running requests after the socket closed")

    cache_s: int = Field(
        default=30, ge=0, description="Life of a cached answer; 0 turns the response cache off"
    )

    reminder_lead_s: Seconds = Field(
        default=3600.0, description="A reminder leaves this long before the due date"
    )
    mode_file: Path | None = Field(
        default=None, description="File that switches the degraded mode; a mounted ConfigMap"
    )
    access_log_share: float = Field(
        default=1.0, ge=0, le=1, description="Share of successful requests logged"
    )
    otel_endpoint: str | None = Field(
        default=None, description="OTLP/HTTP collector; None leaves OpenTelemetry off"
    )
    otel_share: float = Field(default=0.05, ge=0, le=1, description="Share of traces begun here that is kept")

    @field_validator("redis_url", mode="after")
    @classmethod
    def _is_redis(cls, url: SecretStr) -> SecretStr:
        if not url.get_secret_value().startswith(("redis://", "rediss://")):
            raise ValueError("must begin with redis://, or rediss:// for TLS")
        refuse_weak_password(url.get_secret_value())
        return url

    @model_validator(mode="after")
    def _keys_are_strong(self) -> Self:
        signing_keys(self.jwt_keys.get_secret_value())
        return self

    @cached_property
    def keys(self) -> dict[str, bytes]:
        """The JWT keys by their `kid`, the signing one first."""
        return signing_keys(self.jwt_keys.get_secret_value())


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    """Returns pydantic's message, with the environment variable in front if one field is to blame."""
    text = message.removeprefix("Value error, ")
    return f"{str(location[0]).upper()}: {text}" if location else text
