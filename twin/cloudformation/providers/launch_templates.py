"""AWS::EC2: launch templates, which grow versions instead of changing."""

from __future__ import annotations

from twin.cloudformation import calls
from twin.cloudformation.provider import Made, Provider, register
from twin.cloudformation.providers.network import key_of
from twin.cloudformation.providers.tagging import tag_list


def template_input(made: Made) -> dict[str, object]:
    """Builds CreateLaunchTemplate's input; the template's own tags are written apart from what it launches."""
    given = {key: value for key, value in made.properties.items() if key not in ("TagSpecifications", "Tags")}
    own = made.properties.get("TagSpecifications") or []
    tags = [tag for each in own for tag in each.get("Tags", [])] or tag_list(made)
    specification = [{"ResourceType": "launch-template", "Tags": tags}]
    return {**given, **({"TagSpecifications": specification} if tags else {})}


def add_version(made: Made) -> None:
    """Adds a version with the new data; who refers to the latest version moves on to it."""
    data = made.properties["LaunchTemplateData"]
    given = {"LaunchTemplateId": made.physical, "LaunchTemplateData": data}
    answer = calls.call(made.aws, "ec2.CreateLaunchTemplateVersion", given)
    made.attributes["LatestVersionNumber"] = str(answer["LaunchTemplateVersion"]["VersionNumber"])


register(
    Provider(
        kind="AWS::EC2::LaunchTemplate",
        create="ec2.CreateLaunchTemplate",
        name="LaunchTemplateName",
        name_limit=128,
        ref="LaunchTemplate.LaunchTemplateId",
        attributes={
            "DefaultVersionNumber": lambda made: str(made.response["LaunchTemplate"]["DefaultVersionNumber"]),
            "LatestVersionNumber": lambda made: str(made.response["LaunchTemplate"]["LatestVersionNumber"]),
            "LaunchTemplateId": "LaunchTemplate.LaunchTemplateId",
        },
        adapt=template_input,
        update=add_version,
        immutable=frozenset({"TagSpecifications"}),
        delete="ec2.DeleteLaunchTemplate",
        delete_input=key_of("LaunchTemplateId"),
    ),
)
