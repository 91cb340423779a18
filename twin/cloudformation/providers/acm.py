"""AWS::CertificateManager: certificates, as proof of owning names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cloudformation.provider import Provider, Resource, register, tag_list

if TYPE_CHECKING:
    from collections.abc import Mapping


def certificate_input(resource: Resource) -> Mapping[str, Any]:
    """Builds RequestCertificate's input; CloudFormation itself writes the records that prove the names."""
    given = {key: value for key, value in resource.properties.items() if key != "Tags"}
    logging = given.pop("CertificateTransparencyLoggingPreference", None)
    given.pop("DomainValidationOptions", None)
    options = {"Options": {"CertificateTransparencyLoggingPreference": logging}} if logging else {}
    return {**given, **options, "Tags": tag_list(resource)}


register(
    Provider(
        kind="AWS::CertificateManager::Certificate",
        not_emulated={"DomainValidationOptions": "a certificate is valid at once"},
        create="acm.RequestCertificate",
        ref="CertificateArn",
        adapt=certificate_input,
        delete="acm.DeleteCertificate",
        delete_input=lambda resource: {"CertificateArn": resource.physical},
    ),
)
