"""Images are bytes, not names that somebody can move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toban.manifests.lint.objects import Objects, containers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toban.manifests.rendering import Object

_THIRD_PARTY = ("quay.io/", "registry.k8s.io/", "docker.io/", "public.ecr.aws/")


def image_by_tag(objects: Objects) -> Iterator[tuple[Object, str]]:
    """Finds our own images without a digest, and others without a version, until the mirror gives digests."""
    for workload in objects.workloads():
        for container in containers(workload):
            image = str(container["image"])
            ours = not image.startswith(_THIRD_PARTY)
            if ours and "@sha256:" not in image:
                yield (
                    workload,
                    f"image {image} has no digest: a tag can be moved; the release job prints the digest",
                )
            elif "@" not in image and (":" not in image.rsplit("/", 1)[-1] or image.endswith(":latest")):
                yield workload, f"image {image} has no version: tomorrow it is another program"
