"""One reading of botocore's service descriptions for all sessions of the process.

Each simulated function has a boto3 session of its own, as on Lambda, and each session would read and parse
megabytes of descriptions again. They never change, so the twin lets all sessions share what the first one
read.
"""

from __future__ import annotations

from functools import cache

import botocore.session
from botocore.loaders import create_loader

from twin.patches import Patches

shared_loader = cache(create_loader)
"""Returns the loader that all sessions of the process share, also from one world to the next."""


def share_service_models() -> Patches:
    """Lets every session that is made from now on share one loader, until the patches are closed."""
    patches = Patches()
    patches.set(botocore.session, "create_loader", shared_loader)
    return patches
