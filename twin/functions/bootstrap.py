"""The main program of an isolated function: AWS's own runtime client, on the twin's time.

It is run as a script by a process of its own and imports nothing of the twin.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import time_machine
from awslambdaric import bootstrap
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

START = datetime(2000, 1, 1, tzinfo=UTC)
"""What a function sees while it is imported; each invocation brings the twin's time with it."""


def main() -> None:
    """Serves one function until the process is ended."""
    timeout_s = float(os.environ.pop("TWIN_TIMEOUT_S"))
    travel = time_machine.travel(START, tick=False)
    traveller = travel.start()

    class Client(LambdaRuntimeClient):  # type: ignore[misc]  # awslambdaric publishes no types
        """Moves the time to when the invocation began: its deadline less what a function may take."""

        def wait_next_invocation(self) -> object:
            request = super().wait_next_invocation()
            traveller.move_to(int(request.deadline_time_in_ms) / 1000 - timeout_s)
            return request

    bootstrap.run(sys.argv[1], Client(os.environ["AWS_LAMBDA_RUNTIME_API"]))


if __name__ == "__main__":
    main()
