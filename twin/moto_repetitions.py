"""What moto and botocore work out anew for each resource or call although it never changes, worked out once.

Nothing here changes an answer: keys that no caller can use are shared, machine images that no template names
are not loaded, and what is derived from a class or a file is remembered.
"""

from __future__ import annotations

from contextlib import closing
from functools import cache
from typing import Any

import moto.acm.models
import moto.core.responses
import moto.core.utils
import moto.kms.models
from botocore.useragent import UserAgentString
from cryptography.hazmat.primitives.asymmetric import rsa
from moto import settings
from moto.kms.utils import KeySpec, generate_private_key

from twin.patches import Patches
from twin.service_models import shared_loader

_AGENT = "Boto3/twin"
"""Nothing reads it, and botocore composes it of forty parts for each request."""


def remember_repetitions() -> Patches:
    """Lets what never changes be worked out once, until the patches are closed."""
    patches = Patches()
    patches.set(moto.core.utils, "create_loader", shared_loader)
    names = cache(moto.core.utils.method_names_from_class)
    patches.set(moto.core.responses, "method_names_from_class", names)
    patches.set(settings, "ec2_load_default_amis", lambda: False)
    patches.set(UserAgentString, "to_string", lambda _self: _AGENT)
    _share_keys(patches)
    return patches


def _share_keys(patches: Patches) -> None:
    """Lets keys that never leave moto share one: symmetric ones, whose bytes moto draws apart, and ACM's."""
    make, spec = generate_private_key, KeySpec.SYMMETRIC_DEFAULT
    shared = cache(lambda: make(spec))

    def key_of(key_spec: str) -> Any:
        return shared() if key_spec == spec else make(key_spec)

    patches.set(moto.kms.models, "generate_private_key", key_of)
    make_certificate = vars(moto.acm.models.CertBundle)["generate_cert"].__func__

    def certificate_of(kind: Any, *args: Any, **given: Any) -> Any:
        with closing(Patches()) as within:
            within.set(rsa, "generate_private_key", _shared_rsa)
            return make_certificate(kind, *args, **given)

    patches.set(moto.acm.models.CertBundle, "generate_cert", classmethod(certificate_of))


def _shared_rsa(public_exponent: int, key_size: int, **_backend: Any) -> Any:
    return _rsa(public_exponent, key_size)


_rsa = cache(rsa.generate_private_key)
