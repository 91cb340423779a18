"""Checks rendered objects without a cluster: Kubernetes' schemas for its kinds, ours for custom ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema

from toban.cluster_bed.programs import KUBERNETES
from toban.manifests import kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toban.manifests.rendering import Object

_MINOR = ".".join(KUBERNETES.split(".")[:2])


def faults(objects: list[Object]) -> Iterator[str]:
    """Yields a sentence for each field that is unknown, missing or of a wrong type, and each unknown kind."""
    custom = {
        (f"{kind['group']}/{kind['version']}", kind["kind"]): kinds.schema(kind) for kind in kinds.all_kinds()
    }
    for thing in objects:
        name = f"{thing['kind']} {thing['metadata']['name']}"
        schema = custom.get((thing["apiVersion"], thing["kind"]))
        yield from (
            f"{name}: {fault}" for fault in (_of_ours(thing, schema) if schema else _of_kubernetes(thing))
        )


def _of_ours(thing: Object, schema: Object) -> Iterator[str]:
    for error in jsonschema.Draft202012Validator(schema).iter_errors(thing):
        yield f"{error.json_path}: {error.message}"


def _of_kubernetes(thing: Object) -> Iterator[str]:
    # Imported late: it is a developer's package, and `toban cluster up` does without it.
    import kubernetes_validate  # noqa: PLC0415

    library: Any = kubernetes_validate
    try:
        library.validate(thing, _MINOR, strict=True)
    except library.ValidationError as error:
        yield f"{'.'.join(map(str, error.path)) or 'the object'}: {error.message}"
    except (library.SchemaNotFoundError, library.InvalidSchemaError):
        kind = f"{thing['kind']} in {thing['apiVersion']}"
        yield f"Kubernetes {_MINOR} has no kind {kind}, and none of ours is it"
