"""How the command line reaches a control plane, deployed or the twin's: by the AWS API and the stack's names.

With `--twin URL`, or the environment variable TOBAN_TWIN, every call goes to that address with credentials
that mean nothing. The present moment is the `Date` of the control plane's own answer, so that a laptop's
wrong clock, or the twin's virtual one, moves no hold.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Annotated, Any

import typer

from functions.adapters.aws_errors import translated
from functions.adapters.control_table import ControlTable
from functions.core.control import TargetRecord
from functions.core.errors import OpsError
from functions.core.names import environment_of
from functions.night_scaling.bundled import bundled_schedule
from functions.night_scaling.policy.active_schedule import ActiveSchedule, find_active

TWIN_REGION = "ap-northeast-1"

Environment = Annotated[
    str, typer.Argument(metavar="ENV", help="Environment of the control plane: dev, prod or dr.")
]
Twin = Annotated[
    str | None,
    typer.Option(
        "--twin", envvar="TOBAN_TWIN", metavar="URL", help="Address of a twin, instead of the AWS account."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@dataclass(frozen=True, slots=True)
class View:
    """What the control plane remembers, and when it said so.

    Attributes:
        record: The control table's record.
        choice: The schedule in force; None when there is none.
        now: The instant of the answer, UTC.
    """

    record: TargetRecord
    choice: ActiveSchedule | None
    now: datetime


class Control:
    """One environment's control plane."""

    def __init__(self, environment: str, *, twin: str | None) -> None:
        """Remembers where it is; nothing is called yet."""
        self.environment = environment
        self._twin = twin
        self._now: datetime | None = None

    def view(self) -> View:
        """Reads what the control plane remembers, by one Query."""
        record = self.table.recall(self.environment)
        bundled = bundled_schedule(environment_of(self.environment))
        active = find_active(record, environment=self.environment, bundled=bundled)
        return View(record, active, self._now or datetime.now(UTC))  # noqa: TID251 - the shell may read the clock where nobody tells it the time

    def start(self, cause: str) -> str:
        """Starts the machine, which does what is missing by the facts; returns the execution's ARN."""
        with translated(f"asking who calls for {self.environment}"):
            account = self.client("sts").get_caller_identity()["Account"]
        states = self.client("stepfunctions")
        region = states.meta.region_name
        partition = states.meta.partition
        environment = environment_of(self.environment)
        # A fleet's member is started by its fleet, which knows its cluster.
        name = f"toban-{environment}-night-{'scaling' if environment == self.environment else 'fleet'}"
        machine = f"arn:{partition}:states:{region}:{account}:stateMachine:{name}"
        given = {"target": environment, "cause": cause}
        with translated(f"starting {machine}"):
            return str(
                states.start_execution(stateMachineArn=machine, input=json.dumps(given))["executionArn"]
            )

    @cached_property
    def table(self) -> ControlTable:
        """The control table."""
        return ControlTable(
            dynamodb=self.client("dynamodb"), table=f"toban-{environment_of(self.environment)}-control"
        )

    def client(self, service: str) -> Any:
        """Returns boto3's client of a service, whose answers tell the time."""
        import boto3  # noqa: PLC0415 - `toban hold --help` does not wait for it
        from botocore.config import Config  # noqa: PLC0415 - as above

        config = Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=5, read_timeout=30)
        meaningless: dict[str, Any] = {
            "region_name": TWIN_REGION,
            "aws_access_key_id": "twin",
            "aws_secret_access_key": "twin",
        }
        session: Any = boto3.Session(**(meaningless if self._twin else {}))
        client = session.client(service, config=config, endpoint_url=self._twin)
        client.meta.events.register("after-call", self._hear)
        return client

    def _hear(self, parsed: dict[str, Any], **_: Any) -> None:
        date = parsed.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
        if date:
            self._now = parsedate_to_datetime(date).astimezone(UTC)


@contextmanager
def control(environment: str, twin: str | None) -> Iterator[Control]:
    """Yields a control plane; a refusal or an unreachable AWS ends the command with a sentence and code 1."""
    try:
        yield Control(environment, twin=twin)
    except OpsError as refusal:
        typer.echo(_helped(refusal, environment, twin), err=True)
        raise typer.Exit(1) from refusal
    except ValueError as error:  # botocore's, for an address that is none
        typer.echo(f"--twin {twin!r} is no address: {error}", err=True)
        raise typer.Exit(2) from error


def _helped(refusal: OpsError, environment: str, twin: str | None) -> str:
    sentence = str(refusal)
    if "ResourceNotFoundException" in sentence or "StateMachineDoesNotExist" in sentence:
        where = f"the twin at {twin}" if twin else "this account and Region"
        return f"{where} has no control plane for {environment}: deploy it, or name another ENV. ({sentence})"
    if twin and "could not be reached" in sentence:
        advice = "start one with `toban twin up`, or leave --twin and TOBAN_TWIN out"
        return f"no twin answers at {twin}: {advice}. ({sentence})"
    if "Unable to locate credentials" in sentence or "You must specify a region" in sentence:
        return f"{sentence}. Log in to AWS (AWS_PROFILE, AWS_REGION), or name a twin with --twin URL."
    return sentence
