"""AWS::RDS: databases, from nothing or from a snapshot, and their groups."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Resource, Step, register, tag_list

if TYPE_CHECKING:
    from collections.abc import Mapping

RENAMED = {"VPCSecurityGroups": "VpcSecurityGroupIds"}
ELSEWHERE = {"DeleteAutomatedBackups", "MasterUserSecret"}
RESTORE, CREATE = "rds.RestoreDBInstanceFromDBSnapshot", "rds.CreateDBInstance"


def creation_call(resource: Resource) -> str:
    """Returns the call that makes a database: an empty one, or one from a snapshot."""
    return RESTORE if resource.properties.get("DBSnapshotIdentifier") else CREATE


def api_properties(resource: Resource) -> dict[str, Any]:
    """Writes the properties as the API calls them."""
    given = {
        RENAMED.get(key, key): value for key, value in resource.properties.items() if key not in ELSEWHERE
    }
    key = (resource.properties.get("MasterUserSecret") or {}).get("KmsKeyId")
    return {**given, **({"MasterUserSecretKmsKeyId": key} if key else {})}


def instance_input(resource: Resource) -> Mapping[str, Any]:
    """Builds the creation's input; a restore takes fewer properties, and the rest follows it."""
    given = api_properties(resource)
    if creation_call(resource) == CREATE:
        return given
    taken = {member.lower() for member in calls.input_shape(RESTORE).members}
    return {key: value for key, value in given.items() if key.lower() in taken}


def after_restore(resource: Resource) -> Mapping[str, Any] | None:
    """Builds ModifyDBInstance's input with what the restore did not take."""
    if creation_call(resource) == CREATE or resource.pending:
        return None
    return modification(resource)


def modification(resource: Resource) -> Mapping[str, Any]:
    """Builds ModifyDBInstance's input; names that it does not take are left out by the caller."""
    return {**api_properties(resource), "ApplyImmediately": True}


def change_instance(resource: Resource) -> None:
    """Changes a database at once."""
    calls.call(resource.aws, "rds.ModifyDBInstance", modification(resource), loose=True)


def deletion_input(resource: Resource) -> dict[str, Any]:
    """Builds DeleteDBInstance's input; the deletion policy Snapshot leaves a last one."""
    identity = {"DBInstanceIdentifier": resource.physical}
    backups = resource.properties.get("DeleteAutomatedBackups")
    if backups is not None:
        identity["DeleteAutomatedBackups"] = backups
    if resource.keep != "Snapshot":
        return {**identity, "SkipFinalSnapshot": True}
    return {
        **identity,
        "SkipFinalSnapshot": False,
        "FinalDBSnapshotIdentifier": final_snapshot_name(resource),
    }


def final_snapshot_name(resource: Resource) -> str:
    """Returns the name of a resource's last snapshot, made as CloudFormation does: of stack and resource."""
    end = hashlib.sha256(f"{resource.stack}/{resource.logical}/{resource.physical}".encode()).hexdigest()[:8]
    return f"{resource.stack}-snapshot-{resource.logical}-{end}".lower()


def group_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateDBParameterGroup's input."""
    name = resource.properties["DBParameterGroupName"]
    family, words = resource.properties.get("Family"), resource.properties.get("Description")
    known = {"DBParameterGroupName", "Description", "Family", "Parameters", "Tags"}
    strict = {key: value for key, value in resource.properties.items() if key not in known}
    main = {"DBParameterGroupName": name, "DBParameterGroupFamily": family, "Description": words}
    return {**main, "Tags": tag_list(resource), **strict}


def parameters_input(resource: Resource) -> Mapping[str, Any] | None:
    """Builds ModifyDBParameterGroup's input; each is treated as static, which waits for a restart."""
    wanted = resource.properties.get("Parameters") or {}
    listed = [
        {"ParameterName": name, "ParameterValue": str(value), "ApplyMethod": "pending-reboot"}
        for name, value in wanted.items()
    ]
    name = resource.properties["DBParameterGroupName"]
    return {"DBParameterGroupName": name, "Parameters": listed} if listed else None


def reset_parameters(resource: Resource) -> None:
    """Restores the defaults before the parameters that are left are set again."""
    given = {"DBParameterGroupName": resource.physical, "ResetAllParameters": True}
    calls.call(resource.aws, "rds.ResetDBParameterGroup", given)


register(
    Provider(
        kind="AWS::RDS::DBSubnetGroup",
        create="rds.CreateDBSubnetGroup",
        name="DBSubnetGroupName",
        name_limit=255,
        ref="DBSubnetGroup.DBSubnetGroupName",
        update="rds.ModifyDBSubnetGroup",
        immutable=frozenset({"Tags"}),
        delete="rds.DeleteDBSubnetGroup",
        delete_input=lambda resource: {"DBSubnetGroupName": resource.physical},
    ),
    Provider(
        kind="AWS::RDS::DBParameterGroup",
        create="rds.CreateDBParameterGroup",
        name="DBParameterGroupName",
        name_limit=255,
        ref="DBParameterGroup.DBParameterGroupName",
        attributes={"DBParameterGroupName": "DBParameterGroup.DBParameterGroupName"},
        needs=frozenset({"Description", "Family"}),
        adapt=group_input,
        then=(Step("rds.ModifyDBParameterGroup", parameters_input),),
        update=reset_parameters,
        immutable=frozenset({"Description", "Family", "Tags"}),
        delete="rds.DeleteDBParameterGroup",
        delete_input=lambda resource: {"DBParameterGroupName": resource.physical},
    ),
    Provider(
        kind="AWS::RDS::DBInstance",
        create=creation_call,
        name="DBInstanceIdentifier",
        name_limit=63,
        ref="DBInstance.DBInstanceIdentifier",
        attributes={
            "DBInstanceArn": "DBInstance.DBInstanceArn",
            "DbiResourceId": "DBInstance.DbiResourceId",
            "Endpoint.Address": "DBInstance.Endpoint.Address",
            "Endpoint.Port": lambda resource: str(resource.response["DBInstance"]["Endpoint"]["Port"]),
            "MasterUserSecret.SecretArn": "DBInstance.MasterUserSecret.SecretArn",
        },
        adapt=instance_input,
        not_emulated={
            "AutomaticBackupReplicationKmsKeyId": "the twin holds one Region a run",
            "AutomaticBackupReplicationRegion": "the twin holds one Region a run",
        },
        then=(Step("rds.ModifyDBInstance", after_restore, loose=True),),
        update=change_instance,
        immutable=frozenset(
            {
                "DBName",
                "DBSnapshotIdentifier",
                "DBSubnetGroupName",
                "Engine",
                "KmsKeyId",
                "MasterUsername",
                "StorageEncrypted",
            }
        ),
        delete="rds.DeleteDBInstance",
        delete_input=deletion_input,
    ),
)
