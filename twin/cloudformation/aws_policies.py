"""The policies that AWS keeps for everybody: which there are, and how those that are used get into the account.

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
    """Returns every policy by path and name, such as `/service-role/AmazonEBSCSIDriverPolicy`, with its data."""
    data: dict[str, dict[str, Any]] = json.loads(aws_managed_policies_data)
    return {f"{each.get('Path') or '/'}{name}": (name, each) for name, each in data.items()}


def policy_problem(arn: str) -> str | None:
    """Returns what is wrong with the ARN of a policy of AWS; None for good ones, and for those of other accounts."""
    found = ARN.fullmatch(arn)
    if found is None or found["path"] in known_policies():
        return None
    name = found["path"].rsplit("/", 1)[-1]
    elsewhere = [path for path in known_policies() if path.rsplit("/", 1)[-1] == name]
    hint = suggestion(found["path"], elsewhere or known_policies(), "correct its path and name")
    return f"AWS has no policy {arn}{hint}"


def add_to_account(arn: str, account: str) -> None:
    """Puts a policy of AWS into an account, once; any other ARN is left alone."""
    found = ARN.fullmatch(arn)
    if found is None or found["path"] not in known_policies():
        return
    backend = iam_backends[account]["aws"]
    if arn not in backend.managed_policies:
        name, data = known_policies()[found["path"]]
        policy = AWSManagedPolicy.from_data(name, account, "aws", data)
        backend.managed_policies[arn] = policy
        backend.aws_managed_policies.append(policy)
