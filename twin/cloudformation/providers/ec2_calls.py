"""What EC2's calls have in common: tags beside the kind of what is tagged, changed one by one, and ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation.provider import Resource, tag_list, tags_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def tagged(kind: str, *without: str) -> Callable[[Resource], Mapping[str, Any]]:
    """Returns an adapter that passes the properties on, tags as EC2's tag specification.

    Args:
        kind: The kind of resource, as EC2 spells it, e.g. `route-table`.
        without: Properties that other calls take.
    """

    def adapt(resource: Resource) -> Mapping[str, Any]:
        given = {key: value for key, value in resource.properties.items() if key not in {*without, "Tags"}}
        tags = tag_list(resource)
        specification = {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]}
        return {**given, **(specification if tags else {})}

    return adapt


def key_of(member: str) -> Callable[[Resource], Mapping[str, Any]]:
    """Returns what builds the input of a call that needs the physical id and nothing else."""
    return lambda resource: {member: resource.physical}


def retag(resource: Resource) -> None:
    """Makes the tags of an EC2 resource exactly those of its properties."""
    client, wanted = resource.aws.client("ec2"), tags_of(resource.properties)
    # The physical id of an address, an attachment or a version is not what EC2 tags; those note their own.
    identity = str(resource.notes.get("tagged", resource.physical))
    filters = [{"Name": "resource-id", "Values": [identity]}]
    there = {tag["Key"]: tag["Value"] for tag in client.describe_tags(Filters=filters)["Tags"]}
    gone = [{"Key": key} for key in there if key not in wanted and not key.startswith("aws:")]
    if gone:
        client.delete_tags(Resources=[identity], Tags=gone)
    if wanted and wanted != there:
        client.create_tags(Resources=[identity], Tags=tag_list(resource))
