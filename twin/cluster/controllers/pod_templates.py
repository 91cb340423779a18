"""Pod templates: a short name for each, and the pod that is made from one."""

from __future__ import annotations

import hashlib
import json
import marshal
from functools import lru_cache

from twin.cluster.shapes import Object, owner_reference
from twin.json_copies import clone

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


def template_hash(template: Object) -> str:
    """Returns a short name for a pod template; equal templates have equal names."""
    return _named(marshal.dumps(template, 2))


@lru_cache(maxsize=1024)
def _named(written: bytes) -> str:
    """Names a template by its JSON, whose keys are sorted; a controller asks for the same one each time."""
    text = json.dumps(marshal.loads(written), sort_keys=True)  # noqa: S302 - written one line above
    digest = hashlib.sha256(text.encode()).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:10])


def pod_from(template: Object, namespace: str, owner: Object, *, name: str = "", prefix: str = "") -> Object:
    """Builds a pod from a template; the owner's kind is read from the owner."""
    meta: Object = clone(template.get("metadata") or {})
    meta["namespace"] = namespace
    meta["ownerReferences"] = [owner_reference(owner["apiVersion"], owner["kind"], owner)]
    meta |= {"name": name} if name else {"generateName": prefix}
    return {"metadata": meta, "spec": clone(template["spec"])}
