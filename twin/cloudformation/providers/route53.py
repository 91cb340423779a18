"""AWS::Route53: names, what they point to, and whether it lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Resource, Step, register, update_in_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


RECORD_KEYS = {"HostedZoneId", "HostedZoneName", "Comment"}


def caller_reference(resource: Resource) -> dict[str, str]:
    """Returns the reference that keeps one creation from happening twice."""
    return {"CallerReference": f"{resource.stack}/{resource.logical}"}


def zone_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateHostedZone's input."""
    given = {key: value for key, value in resource.properties.items() if key != "HostedZoneTags"}
    return {**given, **caller_reference(resource)}


def health_check_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateHealthCheck's input."""
    given = {key: value for key, value in resource.properties.items() if key != "HealthCheckTags"}
    return {**given, **caller_reference(resource)}


def tags_input(kind: str, key: str) -> Callable[[Resource], Mapping[str, Any] | None]:
    """Returns the builder of ChangeTagsForResource's input."""

    def build(resource: Resource) -> Mapping[str, Any] | None:
        wanted = resource.properties.get(key)
        identity = {"ResourceType": kind, "ResourceId": resource.physical.rsplit("/", 1)[-1]}
        return {**identity, "AddTags": wanted} if wanted else None

    return build


def record_change(action: str) -> Callable[[Resource], Mapping[str, Any]]:
    """Returns the builder of ChangeResourceRecordSets' input."""

    def build(resource: Resource) -> Mapping[str, Any]:
        record = {key: value for key, value in resource.properties.items() if key not in RECORD_KEYS}
        if "ResourceRecords" in record:
            record["ResourceRecords"] = [{"Value": value} for value in record["ResourceRecords"]]
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        return {"HostedZoneId": resource.properties.get("HostedZoneId"), "ChangeBatch": batch}

    return build


def change_record(resource: Resource) -> None:
    """Writes a record again over the one of its name."""
    calls.call(resource.aws, "route53.ChangeResourceRecordSets", record_change("UPSERT")(resource))


def change_health_check(resource: Resource) -> None:
    """Changes what a health check asks; its type and interval cannot change."""
    config = resource.properties["HealthCheckConfig"]
    given = {"HealthCheckId": resource.physical, **config}
    calls.call(resource.aws, "route53.UpdateHealthCheck", given, loose=True)


register(
    Provider(
        kind="AWS::Route53::HostedZone",
        create="route53.CreateHostedZone",
        ref=lambda resource: str(resource.response["HostedZone"]["Id"]).rsplit("/", 1)[-1],
        attributes={
            "Id": lambda resource: str(resource.response["HostedZone"]["Id"]).rsplit("/", 1)[-1],
            "NameServers": "DelegationSet.NameServers",
        },
        needs=frozenset({"Name"}),
        adapt=zone_input,
        then=(Step("route53.ChangeTagsForResource", tags_input("hostedzone", "HostedZoneTags")),),
        update=update_in_steps,
        immutable=frozenset({"HostedZoneConfig", "Name"}),
        delete="route53.DeleteHostedZone",
        delete_input=lambda resource: {"Id": resource.physical},
    ),
    Provider(
        kind="AWS::Route53::HealthCheck",
        create="route53.CreateHealthCheck",
        ref="HealthCheck.Id",
        attributes={"HealthCheckId": "HealthCheck.Id"},
        adapt=health_check_input,
        then=(Step("route53.ChangeTagsForResource", tags_input("healthcheck", "HealthCheckTags")),),
        update=change_health_check,
        delete="route53.DeleteHealthCheck",
        delete_input=lambda resource: {"HealthCheckId": resource.physical},
    ),
    Provider(
        kind="AWS::Route53::RecordSet",
        not_emulated={"Comment": "it is a remark for people"},
        create="route53.ChangeResourceRecordSets",
        ref="=Name",
        needs=frozenset({"HostedZoneId", "Name", "Type"}),
        adapt=record_change("CREATE"),
        update=change_record,
        immutable=frozenset({"HostedZoneId", "Name"}),
        delete="route53.ChangeResourceRecordSets",
        delete_input=record_change("DELETE"),
    ),
)
