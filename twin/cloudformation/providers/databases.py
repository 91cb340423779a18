"""AWS::RDS: databases, from nothing or from a snapshot, and their groups."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Made, Provider, Step, register
from twin.cloudformation.providers.tagging import tag_list

if TYPE_CHECKING:
    from collections.abc import Mapping

RENAMED = {"VPCSecurityGroups": "VpcSecurityGroupIds", "DBSnapshotIdentifier": "DBSnapshotIdentifier"}
ELSEWHERE = {"DeleteAutomatedBackups", "MasterUserSecret"}
RESTORE, CREATE = "rds.RestoreDBInstanceFromDBSnapshot", "rds.CreateDBInstance"


def creation(made: Made) -> str:
    """Returns the call that creates the database: an empty database and one from a snapshot."""
    return RESTORE if made.properties.get("DBSnapshotIdentifier") else CREATE


def renamed(made: Made) -> dict[str, Any]:
    """Writes the properties as the API calls them."""
    given = {RENAMED.get(key, key): value for key, value in made.properties.items() if key not in ELSEWHERE}
    key = (made.properties.get("MasterUserSecret") or {}).get("KmsKeyId")
    return {**given, **({"MasterUserSecretKmsKeyId": key} if key else {})}


def instance_input(made: Made) -> Mapping[str, Any]:
    """Builds the creation's input; a restore takes fewer properties, and the rest follows it."""
    given = renamed(made)
    if creation(made) == CREATE:
        return given
    taken = {member.lower() for member in calls.input_shape(RESTORE).members}
    return {key: value for key, value in given.items() if key.lower() in taken}


def after_restore(made: Made) -> Mapping[str, Any] | None:
    """Builds ModifyDBInstance's input with what the restore did not take."""
    if creation(made) == CREATE or made.pending:
        return None
    return modification(made)


def modification(made: Made) -> Mapping[str, Any]:
    """Builds ModifyDBInstance's input; names that it does not take are left out by the caller."""
    return {**renamed(made), "ApplyImmediately": True}


def change_instance(made: Made) -> None:
    """Changes a database at once."""
    calls.call(made.aws, "rds.ModifyDBInstance", modification(made), loose=True)


def final_snapshot(made: Made) -> dict[str, Any]:
    """Builds DeleteDBInstance's input; the deletion policy Snapshot leaves a last one."""
    identity = {"DBInstanceIdentifier": made.physical}
    backups = made.properties.get("DeleteAutomatedBackups")
    if backups is not None:
        identity["DeleteAutomatedBackups"] = backups
    if made.keep != "Snapshot":
        return {**identity, "SkipFinalSnapshot": True}
    return {**identity, "SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": last_name(made)}


def last_name(made: Made) -> str:
    """Returns the name of a resource's last snapshot, chosen as CloudFormation does: after the stack and the resource."""
    end = hashlib.sha256(f"{made.stack}/{made.logical}/{made.physical}".encode()).hexdigest()[:8]
    return f"{made.stack}-snapshot-{made.logical}-{end}".lower()


def group_input(made: Made) -> Mapping[str, Any]:
    """Builds CreateDBParameterGroup's input."""
    name = made.properties["DBParameterGroupName"]
    family, words = made.properties.get("Family"), made.properties.get("Description")
    known = {"DBParameterGroupName", "Description", "Family", "Parameters", "Tags"}
    strict = {key: value for key, value in made.properties.items() if key not in known}
    main = {"DBParameterGroupName": name, "DBParameterGroupFamily": family, "Description": words}
    return {**main, "Tags": tag_list(made), **strict}


def parameters(made: Made) -> Mapping[str, Any] | None:
    """Builds ModifyDBParameterGroup's input; static parameters wait for a restart, and this is true of each."""
    wanted = made.properties.get("Parameters") or {}
    listed = [
        {"ParameterName": name, "ParameterValue": str(value), "ApplyMethod": "pending-reboot"}
        for name, value in wanted.items()
    ]
    name = made.properties["DBParameterGroupName"]
    return {"DBParameterGroupName": name, "Parameters": listed} if listed else None


def reset_parameters(made: Made) -> None:
    """Restores the defaults before the parameters that are left are set again."""
    given = {"DBParameterGroupName": made.physical, "ResetAllParameters": True}
    calls.call(made.aws, "rds.ResetDBParameterGroup", given)


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
        delete_input=lambda made: {"DBSubnetGroupName": made.physical},
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
        then=(Step("rds.ModifyDBParameterGroup", parameters),),
        update=reset_parameters,
        immutable=frozenset({"Description", "Family", "Tags"}),
        delete="rds.DeleteDBParameterGroup",
        delete_input=lambda made: {"DBParameterGroupName": made.physical},
    ),
    Provider(
        kind="AWS::RDS::DBInstance",
        create=creation,
        name="DBInstanceIdentifier",
        name_limit=63,
        ref="DBInstance.DBInstanceIdentifier",
        attributes={
            "DBInstanceArn": "DBInstance.DBInstanceArn",
            "DbiResourceId": "DBInstance.DbiResourceId",
            "Endpoint.Address": "DBInstance.Endpoint.Address",
            "Endpoint.Port": lambda made: str(made.response["DBInstance"]["Endpoint"]["Port"]),
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
        delete_input=final_snapshot,
    ),
)
