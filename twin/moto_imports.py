"""Loads moto's EC2, on which its RDS and EKS stand, without what the twin has no use for.

By itself it asks three fresh sessions for Regions, each of which reads botocore's endpoints anew, and reads
which instance types every Region of AWS offers, which nothing here asks for.
"""

from __future__ import annotations

from contextlib import closing
from typing import Any

from moto.utilities import utils

from twin.patches import Patches
from twin.service_models import share_service_models

OFFERINGS = "instance_type_offerings"


def _load() -> None:
    read = utils.load_resource
    patches = Patches()

    def without_offerings(resource: str) -> Any:
        return [] if OFFERINGS in resource else read(resource)

    patches.set(utils, "load_resource", without_offerings)
    with closing(share_service_models()), closing(patches):
        import moto.ec2.models  # noqa: F401, PLC0415 - this is what the patches are for


_load()
import moto.eks.models  # noqa: E402 - these bring moto's EC2 along
import moto.elasticache.models  # noqa: E402
import moto.rds.models  # noqa: E402

eks_backends = moto.eks.models.eks_backends
elasticache_backends = moto.elasticache.models.elasticache_backends
rds_backends = moto.rds.models.rds_backends
