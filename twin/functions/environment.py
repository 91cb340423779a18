"""The variables that Lambda puts into a function's environment, before the function's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.identity import environment_of

if TYPE_CHECKING:
    from pathlib import Path

    from twin.functions.spec import FunctionSpec


def function_environment(spec: FunctionSpec, root: Path) -> dict[str, str]:
    """Returns all variables of a function whose code lies in `root`."""
    return {
        **environment_of(spec.role),
        "AWS_REGION": spec.region,
        "AWS_DEFAULT_REGION": spec.region,
        "AWS_LAMBDA_FUNCTION_NAME": spec.name,
        "AWS_LAMBDA_FUNCTION_VERSION": spec.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory_mb),
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{spec.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "twin",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "LAMBDA_TASK_ROOT": str(root),
        "_HANDLER": spec.handler,
        **spec.environment,
    }
