"""CloudFormation's intrinsic functions, evaluated strictly: what it does not know is a problem."""

from twin.cloudformation.intrinsics.resolver import ABSENT, PLACEHOLDER, Pending, Resolver
from twin.cloudformation.intrinsics.table import INTRINSICS

__all__ = ["ABSENT", "INTRINSICS", "PLACEHOLDER", "Pending", "Resolver"]
