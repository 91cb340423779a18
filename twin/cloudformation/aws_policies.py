"""AWS's own managed policies: which there are, and how those that are used get into the account.

Moto knows all of them, but has an account either with all, which takes seconds, or with none.
"""

from __future__ import annotations

import functools
import json
import re
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, iam_backends

from twin.cloudformation.scope import suggestion

ARN = re.compile(r"arn:aws[a-z-]*:iam::aws:policy(?P<path>/.*)")


@functools.cache
def known_policies() -> dict[str, tuple[str, dict[str, Any]]]:
    """Returns every policy's name and data by its path, such as `/service-role/AmazonEBSCSIDriverPolicy`."""
    data: dict[str, dict[str, Any]] = json.loads(aws_managed_policies_data)
    return {f"{policy.get('Path') or '/'}{name}": (name, policy) for name, policy in data.items()}


def policy_problem(arn: str) -> str | None:
    """Returns what is wrong with an AWS policy's ARN; None for good ones and other accounts' policies."""
    match = ARN.fullmatch(arn)
    if match is None or match["path"] in known_policies():
        return None
    name = match["path"].rsplit("/", 1)[-1]
    elsewhere = [path for path in known_policies() if path.rsplit("/", 1)[-1] == name]
    hint = suggestion(match["path"], elsewhere or known_policies(), "correct its path and name")
    return f"AWS has no policy {arn}{hint}"


def add_to_account(arn: str, account: str) -> None:
    """Puts a policy of AWS into an account, once; any other ARN is left alone."""
    match = ARN.fullmatch(arn)
    if match is None or match["path"] not in known_policies():
        return
    backend = iam_backends[account]["aws"]
    if arn not in backend.managed_policies:
        name, data = known_policies()[match["path"]]
        policy = AWSManagedPolicy.from_data(name, account, "aws", data)
        backend.managed_policies[arn] = policy
        backend.aws_managed_policies.append(policy)
