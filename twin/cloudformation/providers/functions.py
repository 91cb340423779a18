"""AWS::Lambda: functions, versions, aliases, permissions, layers, and what invokes them."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Step, register, tags_of
from twin.cloudformation.provider import Resource as Made

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_NETWORK = "functions run in the twin's own process, outside of any network"


def marker(text: str) -> bytes:
    """Returns the archive that stands for a code folder; the handlers run from the folder itself."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("twin"), text)
    return buffer.getvalue()


def function_input(made: Made) -> Mapping[str, Any]:
    """Returns CreateFunction's input."""
    left_out = {"Code", "Tags", "ReservedConcurrentExecutions", "RuntimeManagementConfig"}
    kept = {key: value for key, value in made.properties.items() if key not in left_out}
    written = made.properties.get("Code") or {}
    image = {"ImageUri": written["ImageUri"]} if "ImageUri" in written else None
    code = image or {"ZipFile": marker(written.get("ZipFile") or str(made.logical))}
    return {"Code": code, "Tags": tags_of(made.properties), **kept}


def concurrency(made: Made) -> dict[str, Any] | None:
    """Returns PutFunctionConcurrency's input, if there is a limit."""
    limit = made.properties.get("ReservedConcurrentExecutions")
    name = made.properties["FunctionName"]
    return None if limit is None else {"FunctionName": name, "ReservedConcurrentExecutions": limit}


def layer_input(made: Made) -> Mapping[str, Any]:
    """Returns PublishLayerVersion's input."""
    return {**made.properties, "Content": {"ZipFile": marker(made.logical)}}


def statement(made: Made) -> Mapping[str, Any]:
    """Returns AddPermission's input; the statement carries the resource's name."""
    return {**made.properties, "StatementId": made.logical}


def rewrite_permission(made: Made) -> None:
    """Replaces a permission's statement by its new self."""
    given = {"FunctionName": made.properties["FunctionName"], "StatementId": made.physical}
    calls.call(made.aws, "lambda.RemovePermission", given)
    calls.call(made.aws, "lambda.AddPermission", statement(made))


register(
    Provider(
        kind="AWS::Lambda::Function",
        create="lambda.CreateFunction",
        name="FunctionName",
        ref="FunctionName",
        attributes={"Arn": "FunctionArn"},
        adapt=function_input,
        needs=frozenset({"Code", "Role"}),
        not_emulated={
            "VpcConfig": NO_NETWORK,
            "SnapStart": "a warm start has no cost in the twin",
            "RecursiveLoop": "the twin's clock shows a loop at once",
            "CodeSigningConfigArn": "code comes from the local folder",
            "RuntimeManagementConfig": "the handlers run on the twin's own Python",
        },
        then=(Step("lambda.PutFunctionConcurrency", concurrency),),
        update="lambda.UpdateFunctionConfiguration",
        immutable=frozenset({"PackageType"}),
        delete="lambda.DeleteFunction",
        delete_input=lambda made: {"FunctionName": made.physical},
    ),
    Provider(
        kind="AWS::Lambda::Version",
        create="lambda.PublishVersion",
        numbered=True,
        ref="FunctionArn",
        attributes={"Version": "Version", "FunctionArn": "FunctionArn"},
        not_emulated={
            "ProvisionedConcurrencyConfig": "a warm start has no cost in the twin",
            "RuntimePolicy": "the handlers run on the twin's own Python",
        },
    ),
    Provider(
        kind="AWS::Lambda::Alias",
        create="lambda.CreateAlias",
        ref="AliasArn",
        attributes={"AliasArn": "AliasArn"},
        not_emulated={"ProvisionedConcurrencyConfig": "a warm start has no cost in the twin"},
        update="lambda.UpdateAlias",
        immutable=frozenset({"FunctionName", "Name"}),
        delete="lambda.DeleteAlias",
        delete_input=lambda made: {key: made.properties[key] for key in ("FunctionName", "Name")},
    ),
    Provider(
        kind="AWS::Lambda::Permission",
        create="lambda.AddPermission",
        ref=lambda made: made.logical,
        adapt=statement,
        needs=frozenset({"Action", "FunctionName", "Principal"}),
        update=rewrite_permission,
        immutable=frozenset({"FunctionName"}),
        delete="lambda.RemovePermission",
        delete_input=lambda made: {
            "FunctionName": made.properties["FunctionName"],
            "StatementId": made.physical,
        },
    ),
    Provider(
        kind="AWS::Lambda::LayerVersion",
        create="lambda.PublishLayerVersion",
        name="LayerName",
        ref="LayerVersionArn",
        attributes={"LayerVersionArn": "LayerVersionArn"},
        adapt=layer_input,
        needs=frozenset({"Content"}),
        delete="lambda.DeleteLayerVersion",
        delete_input=lambda made: {
            "LayerName": made.properties["LayerName"],
            "VersionNumber": int(made.physical.rsplit(":", 1)[1]),
        },
    ),
    Provider(
        kind="AWS::Lambda::EventInvokeConfig",
        create="lambda.PutFunctionEventInvokeConfig",
        ref=lambda made: made.logical,
        update="lambda.PutFunctionEventInvokeConfig",
        needs=frozenset({"Qualifier"}),
        # The simulated Lambda keeps one configuration a function, whatever its qualifier.
        adapt=lambda made: {key: value for key, value in made.properties.items() if key != "Qualifier"},
        immutable=frozenset({"FunctionName", "Qualifier"}),
        delete="lambda.DeleteFunctionEventInvokeConfig",
        delete_input=lambda made: {"FunctionName": made.properties["FunctionName"]},
    ),
    Provider(
        kind="AWS::Lambda::EventSourceMapping",
        create="lambda.CreateEventSourceMapping",
        ref="UUID",
        attributes={"Id": "UUID"},
        update="lambda.UpdateEventSourceMapping",
        identity=lambda made: {"UUID": made.physical},
        immutable=frozenset({"EventSourceArn", "StartingPosition"}),
        delete="lambda.DeleteEventSourceMapping",
        delete_input=lambda made: {"UUID": made.physical},
    ),
)
