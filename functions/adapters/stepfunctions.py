"""State machines that wait for an answer, through Step Functions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from functions.adapters.aws_errors import translated

if TYPE_CHECKING:
    from collections.abc import Mapping


LONGEST_ERROR, LONGEST_CAUSE = 256, 32_768
"""Characters that SendTaskFailure takes."""


class StepFunctionsTokens:
    """Answers task tokens."""

    def __init__(self, *, stepfunctions: Any) -> None:
        """Remembers boto3's client."""
        self._states = stepfunctions

    def succeed(self, token: str, output: Mapping[str, object]) -> None:
        """Lets the state go on; raises NotFound when nobody waits any more."""
        with translated("answering a state that waits"):
            self._states.send_task_success(taskToken=token, output=json.dumps(output))

    def fail(self, token: str, *, error: str, cause: str) -> None:
        """Lets the state fail; raises NotFound when nobody waits any more."""
        with translated("answering a state that waits"):
            self._states.send_task_failure(
                taskToken=token, error=error[:LONGEST_ERROR], cause=cause[:LONGEST_CAUSE]
            )
