"""Where the event of a function goes whose asynchronous invocations all failed."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twin.bus.delivery import Delivery
    from twin.cloudformation.provider import Aws
    from twin.timeline import Listener


class FailedFunctions:
    """Sends what functions gave up to their dead-letter queues, topics and destinations.

    Args:
        aws: The account that the functions and queues are in.
        delivery: Delivers to destinations.
        listener: Is told of each: kind, function, what, why.
        ids: Namespace of the requests' ids, so that two runs give the same.
    """

    def __init__(self, aws: Aws, delivery: Delivery, listener: Listener, ids: uuid.UUID) -> None:
        self._aws, self._delivery, self._listener, self._ids = aws, delivery, listener, ids

    def gave_up(self, function: str, event: Any, error: str) -> None:
        """Sends an asynchronous invocation that failed for good to where its function says.

        Args:
            function: The function's name.
            event: What it was invoked with.
            error: What went wrong.
        """
        name = function.rsplit(":", 1)[-1]
        self._listener("delivery", name, "an asynchronous invocation failed for good", error)
        facts = {
            "ErrorCode": "200",
            "ErrorMessage": error or "none",
            "RequestID": str(uuid.uuid5(self._ids, f"{name}-lost")),
        }
        client = self._aws.client("lambda")
        configuration = client.get_function_configuration(FunctionName=name)
        queue = configuration.get("DeadLetterConfig", {}).get("TargetArn")
        if queue and ":sqs:" in queue:
            self._delivery.dead_letter(queue, json.dumps(event), facts)
        elif queue:
            self._aws.client("sns").publish(TopicArn=queue, Message=json.dumps(event))
        target = self._failure_destination(name)
        if target:
            record = {
                "version": "1.0",
                "requestContext": {"functionArn": name, "condition": "RetriesExhausted"},
                "requestPayload": event,
                "responsePayload": {"errorMessage": error},
            }
            self._delivery.start({"Arn": target}, json.dumps(record), cause=name)

    def _failure_destination(self, name: str) -> str | None:
        client = self._aws.client("lambda")
        try:
            config = client.get_function_event_invoke_config(FunctionName=name)
        except client.exceptions.ResourceNotFoundException:
            return None
        destination: str | None = config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        return destination
