"""Addresses that a page names: the execution in AWS's console, and the runbook."""

from __future__ import annotations

CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
"""Host of the console in each partition, after AWS's own lists of endpoints."""


def execution_link(execution: str) -> str:
    """Returns the console's page of an execution; what is no ARN of one is returned as it is."""
    parts = execution.split(":")
    if len(parts) < 8 or parts[5] != "execution" or parts[1] not in CONSOLES:  # noqa: PLR2004 - an ARN's parts
        return execution
    region = parts[3]
    return f"https://{region}.{CONSOLES[parts[1]]}/states/home?region={region}#/v2/executions/details/{execution}"


def runbook_link(name: str, *, docs_url: str) -> str:
    """Returns where a runbook is read.

    Args:
        name: Its file name without the ending, such as `night_scaling_given_up`.
        docs_url: Address of the folder `docs` of the deployed version; empty when nobody gave one, and the
            path within Toban's repository is named instead.
    """
    path = f"runbooks/{name}.md"
    return f"{docs_url.rstrip('/')}/{path}" if docs_url else f"docs/{path} in Toban's repository"
