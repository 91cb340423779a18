"""AWS::EC2: launch templates, which grow versions instead of changing."""

from __future__ import annotations

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Resource, register, tag_list
from twin.cloudformation.providers.ec2_calls import key_of


def launch_template_input(resource: Resource) -> dict[str, object]:
    """Builds CreateLaunchTemplate's input; the template's own tags stand apart from what it launches."""
    given = {
        key: value for key, value in resource.properties.items() if key not in ("TagSpecifications", "Tags")
    }
    own = resource.properties.get("TagSpecifications") or []
    tags = [tag for written in own for tag in written.get("Tags", [])] or tag_list(resource)
    specification = [{"ResourceType": "launch-template", "Tags": tags}]
    return {**given, **({"TagSpecifications": specification} if tags else {})}


def add_version(resource: Resource) -> None:
    """Adds a version with the new data; who refers to the latest version moves on to it."""
    data = resource.properties["LaunchTemplateData"]
    given = {"LaunchTemplateId": resource.physical, "LaunchTemplateData": data}
    answer = calls.call(resource.aws, "ec2.CreateLaunchTemplateVersion", given)
    resource.attributes["LatestVersionNumber"] = str(answer["LaunchTemplateVersion"]["VersionNumber"])


register(
    Provider(
        kind="AWS::EC2::LaunchTemplate",
        create="ec2.CreateLaunchTemplate",
        name="LaunchTemplateName",
        name_limit=128,
        ref="LaunchTemplate.LaunchTemplateId",
        attributes={
            "DefaultVersionNumber": lambda resource: str(
                resource.response["LaunchTemplate"]["DefaultVersionNumber"]
            ),
            "LatestVersionNumber": lambda resource: str(
                resource.response["LaunchTemplate"]["LatestVersionNumber"]
            ),
            "LaunchTemplateId": "LaunchTemplate.LaunchTemplateId",
        },
        adapt=launch_template_input,
        update=add_version,
        immutable=frozenset({"TagSpecifications"}),
        delete="ec2.DeleteLaunchTemplate",
        delete_input=key_of("LaunchTemplateId"),
    ),
)
