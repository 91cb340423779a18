"""AWS::Route53 and AWS::CertificateManager: names, what they point to, whether it lives, and proof of owning them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Made, Provider, Step, nothing, register
from twin.cloudformation.providers.tagging import tag_list

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RECORD_KEYS = {"HostedZoneId", "HostedZoneName", "Comment"}


def referenced(made: Made) -> dict[str, str]:
    """Returns the reference that keeps one creation from happening twice."""
    return {"CallerReference": f"{made.stack}/{made.logical}"}


def zone_input(made: Made) -> Mapping[str, Any]:
    """Builds CreateHostedZone's input."""
    given = {key: value for key, value in made.properties.items() if key != "HostedZoneTags"}
    return {**given, **referenced(made)}


def health_check_input(made: Made) -> Mapping[str, Any]:
    """Builds CreateHealthCheck's input."""
    given = {key: value for key, value in made.properties.items() if key != "HealthCheckTags"}
    return {**given, **referenced(made)}


def tags(kind: str, key: str) -> Callable[[Made], Mapping[str, Any] | None]:
    """Returns the builder of ChangeTagsForResource's input."""

    def build(made: Made) -> Mapping[str, Any] | None:
        wanted = made.properties.get(key)
        identity = {"ResourceType": kind, "ResourceId": made.physical.rsplit("/", 1)[-1]}
        return {**identity, "AddTags": wanted} if wanted else None

    return build


def change(action: str) -> Callable[[Made], Mapping[str, Any]]:
    """Returns the builder of ChangeResourceRecordSets' input."""

    def build(made: Made) -> Mapping[str, Any]:
        record = {key: value for key, value in made.properties.items() if key not in RECORD_KEYS}
        if "ResourceRecords" in record:
            record["ResourceRecords"] = [{"Value": value} for value in record["ResourceRecords"]]
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        return {"HostedZoneId": made.properties.get("HostedZoneId"), "ChangeBatch": batch}

    return build


def change_record(made: Made) -> None:
    """Writes a record again over the one of its name."""
    calls.call(made.aws, "route53.ChangeResourceRecordSets", change("UPSERT")(made))


def change_health_check(made: Made) -> None:
    """Changes what a health check asks; its type and interval cannot change."""
    config = made.properties["HealthCheckConfig"]
    given = {"HealthCheckId": made.physical, **config}
    calls.call(made.aws, "route53.UpdateHealthCheck", given, loose=True)


def certificate_input(made: Made) -> Mapping[str, Any]:
    """Builds RequestCertificate's input; CloudFormation itself writes the records that prove the names."""
    given = {key: value for key, value in made.properties.items() if key != "Tags"}
    logging = given.pop("CertificateTransparencyLoggingPreference", None)
    given.pop("DomainValidationOptions", None)
    options = {"Options": {"CertificateTransparencyLoggingPreference": logging}} if logging else {}
    return {**given, **options, "Tags": tag_list(made)}


register(
    Provider(
        kind="AWS::Route53::HostedZone",
        create="route53.CreateHostedZone",
        ref=lambda made: str(made.response["HostedZone"]["Id"]).rsplit("/", 1)[-1],
        attributes={
            "Id": lambda made: str(made.response["HostedZone"]["Id"]).rsplit("/", 1)[-1],
            "NameServers": "DelegationSet.NameServers",
        },
        needs=frozenset({"Name"}),
        adapt=zone_input,
        then=(Step("route53.ChangeTagsForResource", tags("hostedzone", "HostedZoneTags")),),
        update=nothing,
        immutable=frozenset({"HostedZoneConfig", "Name"}),
        delete="route53.DeleteHostedZone",
        delete_input=lambda made: {"Id": made.physical},
    ),
    Provider(
        kind="AWS::Route53::HealthCheck",
        create="route53.CreateHealthCheck",
        ref="HealthCheck.Id",
        attributes={"HealthCheckId": "HealthCheck.Id"},
        adapt=health_check_input,
        then=(Step("route53.ChangeTagsForResource", tags("healthcheck", "HealthCheckTags")),),
        update=change_health_check,
        delete="route53.DeleteHealthCheck",
        delete_input=lambda made: {"HealthCheckId": made.physical},
    ),
    Provider(
        kind="AWS::Route53::RecordSet",
        create="route53.ChangeResourceRecordSets",
        ref="=Name",
        needs=frozenset({"HostedZoneId", "Name", "Type"}),
        adapt=change("CREATE"),
        update=change_record,
        immutable=frozenset({"HostedZoneId", "Name"}),
        delete="route53.ChangeResourceRecordSets",
        delete_input=change("DELETE"),
    ),
    Provider(
        kind="AWS::CertificateManager::Certificate",
        create="acm.RequestCertificate",
        ref="CertificateArn",
        adapt=certificate_input,
        delete="acm.DeleteCertificate",
        delete_input=lambda made: {"CertificateArn": made.physical},
    ),
)
