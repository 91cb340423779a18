"""From a request's body to an object: unknown fields are reported, patches are carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cluster.api.patches import JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, json_patched, merged, strategic
from twin.cluster.api.validation import strict_errors
from twin.cluster.status import StatusError, bad_request, unsupported_media_type
from twin.json_copies import clone

if TYPE_CHECKING:
    from twin.cluster.api.requests import Request, Target, WriteOptions
    from twin.cluster.kinds import Kind
    from twin.cluster.shapes import Object


def undeclared(target: Target, unknown: str) -> StatusError:
    """Returns the refusal of an apply with an unknown field, which `fieldValidation` cannot allow."""
    kind, field = target.kind, unknown.split('"')[1]
    return StatusError(
        500,
        "",
        f"failed to create typed patch object (/{target.name}; {kind.api_version}, "
        f"Kind={kind.name}): .{field}: field not declared in schema",
    )


def decode(kind: Kind, obj: Object, options: WriteOptions) -> tuple[tuple[str, str], ...]:
    """Refuses or reports unknown fields, as `fieldValidation` says; returns the warnings' headers."""
    errors = strict_errors(kind, obj)
    if errors and options.validation == "Strict":
        raise bad_request("strict decoding error: " + ", ".join(errors))
    if options.validation != "Warn":
        return ()
    return tuple(("Warning", f'299 - "{error.replace(chr(34), chr(92) + chr(34))}"') for error in errors)


def patched(request: Request, kind: Kind, old: Object) -> Object:
    """Returns the successor of `old` by a JSON, merge or strategic merge patch.

    Raises:
        StatusError: 415 for another kind of patch, 400 or 422 for one that does not fit.
    """
    if request.content_type == JSON_PATCH:
        return json_patched(old, request.body)
    if request.content_type == MERGE_PATCH:
        return dict(merged(clone(old), request.body))
    if request.content_type == STRATEGIC_PATCH and not kind.custom:
        return dict(strategic(clone(old), request.body))
    raise unsupported_media_type()


def patch_meta(body: Any) -> Object:
    """Returns what of the metadata a patch speaks about, so far as it matters: whether it names a version."""
    if isinstance(body, list):
        touched = any(str(step.get("path", "")).endswith("/metadata/resourceVersion") for step in body)
        return {"resourceVersion": True} if touched else {}
    meta: Object = (body or {}).get("metadata") or {}
    return meta
