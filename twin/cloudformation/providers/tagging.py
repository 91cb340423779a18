"""Tags of EC2's resources, which the API wants beside the kind of what is tagged, and changes one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation.provider import Made, tags_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def tagged(kind: str, *without: str) -> Callable[[Made], Mapping[str, Any]]:
    """Returns an adapter that passes the properties on, tags as EC2's tag specification.

    Args:
        kind: The kind of resource, as EC2 spells it, e.g. `route-table`.
        without: Properties that other calls take.
    """

    def adapt(made: Made) -> Mapping[str, Any]:
        given = {key: value for key, value in made.properties.items() if key not in {*without, "Tags"}}
        tags = tag_list(made)
        specification = {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]}
        return {**given, **(specification if tags else {})}

    return adapt


def tag_list(made: Made) -> list[dict[str, str]]:
    """Writes a resource's tags as a list of keys and values."""
    return [{"Key": key, "Value": value} for key, value in tags_of(made.properties).items()]


def retag(made: Made) -> None:
    """Makes the tags of an EC2 resource exactly those of its properties."""
    client, wanted = made.aws.client("ec2"), tags_of(made.properties)
    # The physical id of an address, an attachment or a version is not what EC2 tags; those come with their own id.
    identity = str(made.notes.get("tagged", made.physical))
    filters = [{"Name": "resource-id", "Values": [identity]}]
    there = {tag["Key"]: tag["Value"] for tag in client.describe_tags(Filters=filters)["Tags"]}
    gone = [{"Key": key} for key in there if key not in wanted and not key.startswith("aws:")]
    if gone:
        client.delete_tags(Resources=[identity], Tags=gone)
    if wanted and wanted != there:
        client.create_tags(Resources=[identity], Tags=tag_list(made))
