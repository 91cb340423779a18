"""Delivers one payload to one target, tries again in virtual time, and gives up into a dead-letter queue."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from twin.bus.universal_targets import operation_of
from twin.cloudformation import calls

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin.clock import Clock
    from twin.cloudformation.provider import Aws
    from twin.timeline import Listener

FIRST_PAUSE_S = 15
LONGEST_PAUSE_S = 900
"""AWS documents an exponential backoff without its figures; these keep five attempts within ten minutes."""

UNRETRYABLE = (
    "AccessDenied", "DoesNotExist", "InvalidArn", "InvalidParameter", "NonExistent", "NotFound",
    "ValidationException",
)  # fmt: skip
"""Parts of the error codes that no second attempt can cure; AWS gives up on them at once."""


@dataclass
class Delivery:
    """Delivers for rules and schedules alike.

    Args:
        clock: Its time runs between attempts.
        aws: Where the targets are.
        put_event: Hands an event to another bus: its ARN, and the event as text.
        listener: Is told of each outcome: kind, subject, what, why.
    """

    clock: Clock
    aws: Aws
    put_event: Callable[[str, str], None]
    listener: Listener

    def start(self, target: Mapping[str, Any], payload: str, *, cause: str) -> None:
        """Delivers in a task of its own, so that nobody waits for it.

        Args:
            target: `Arn`, and what the rule or schedule says about retries and dead letters.
            payload: The text to deliver.
            cause: The ARN of the rule or schedule, for the record and the dead letter.
        """
        self.clock.spawn(
            lambda: self.run(target, payload, cause=cause), name=f"delivery to {_short(target['Arn'])}"
        )

    def run(self, target: Mapping[str, Any], payload: str, *, cause: str) -> None:
        """Delivers, and returns when the payload is delivered, dead or dropped."""
        policy = target.get("RetryPolicy") or {}
        most, age = (
            int(policy.get("MaximumRetryAttempts", 185)),
            int(policy.get("MaximumEventAgeInSeconds", 86400)),
        )
        deadline, attempt = self.clock.now + timedelta(seconds=age), 0
        while True:
            try:
                self.send(target, payload)
            except (ClientError, BotoCoreError, LookupError, ValueError) as error:
                pause = min(FIRST_PAUSE_S * 2**attempt, LONGEST_PAUSE_S)
                condition = _exhausted(
                    error, attempt, most, self.clock.now + timedelta(seconds=pause) > deadline
                )
                if condition:
                    self._give_up(target, payload, cause=cause, error=error, facts=(attempt, condition))
                    return
                self.clock.sleep(pause)
                attempt += 1
            else:
                return

    def send(self, target: Mapping[str, Any], payload: str) -> None:
        """Hands the payload to its target once.

        Raises:
            ClientError: AWS refused it.
            LookupError: Nothing here delivers to such a target.
        """
        arn = str(target["Arn"])
        service = arn.split(":")[2]
        if service == "lambda":
            self.aws.client("lambda").invoke(
                FunctionName=arn, InvocationType="Event", Payload=payload.encode()
            )
        elif service == "states":
            self.aws.client("stepfunctions").start_execution(stateMachineArn=arn, input=payload)
        elif service == "sns":
            self.aws.client("sns").publish(TopicArn=arn, Message=payload)
        elif service == "sqs":
            group = (target.get("SqsParameters") or {}).get("MessageGroupId")
            extra = {"MessageGroupId": group} if group else {}
            self.aws.client("sqs").send_message(QueueUrl=self.queue_url(arn), MessageBody=payload, **extra)
        elif service == "events":
            self.put_event(arn, payload)
        elif service == "logs":
            self._log(arn, payload)
        elif service == "scheduler":
            calls.call(self.aws, operation_of(arn), json.loads(payload or "{}"))
        else:
            raise LookupError(f"the twin cannot deliver to {arn}")

    def dead_letter(self, queue_arn: str, body: str, attributes: Mapping[str, str]) -> None:
        """Puts a message on a dead-letter queue, with why it is there."""
        described = {
            name: {"DataType": "String", "StringValue": value[:1024]} for name, value in attributes.items()
        }
        self.aws.client("sqs").send_message(
            QueueUrl=self.queue_url(queue_arn), MessageBody=body, MessageAttributes=described
        )

    def queue_url(self, arn: str) -> str:
        """Returns the address of a queue."""
        url: str = self.aws.client("sqs").get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]
        return url

    def _give_up(
        self, target: Mapping[str, Any], payload: str, *, cause: str, error: Exception, facts: tuple[int, str]
    ) -> None:
        attempt, condition = facts
        queue = (target.get("DeadLetterConfig") or {}).get("Arn")
        why = f"{type(error).__name__}: {error}"
        self.listener(
            "delivery", _short(cause), f"gave up on {_short(str(target['Arn']))} after {attempt} retries", why
        )
        if queue:
            described = {
                "ERROR_CODE": _code(error) or type(error).__name__,
                "ERROR_MESSAGE": str(error) or "none",
                "EXHAUSTED_RETRY_CONDITION": condition,
                "RETRY_ATTEMPTS": str(attempt),
                "RULE_ARN": cause,
                "TARGET_ARN": str(target["Arn"]),
            }
            self.dead_letter(str(queue), payload or "{}", described)

    def _log(self, arn: str, payload: str) -> None:
        client, group = self.aws.client("logs"), arn.split(":log-group:", 1)[-1].removesuffix(":*")
        with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
            client.create_log_stream(logGroupName=group, logStreamName="events")
        entry = {"timestamp": int(self.clock.now.timestamp() * 1000), "message": payload}
        client.put_log_events(logGroupName=group, logStreamName="events", logEvents=[entry])


def _exhausted(error: Exception, attempt: int, most: int, too_old: bool) -> str | None:  # noqa: FBT001 - one of three facts
    """Returns why there is no further attempt, None when there is one."""
    code = _code(error)
    if isinstance(error, LookupError) or any(part in code for part in UNRETRYABLE):
        return "Unretryable"
    if attempt >= most:
        return "MaximumRetryAttempts"
    return "MaximumEventAgeInSeconds" if too_old else None


def _code(error: Exception) -> str:
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))


def _short(arn: str) -> str:
    return arn.rsplit(":", 1)[-1].rsplit("/", 1)[-1]
