"""AWS::ElastiCache: replication groups and where they stand."""

from __future__ import annotations

from typing import Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Provider, Resource, Step, register
from twin.cloudformation.providers.rds import final_snapshot_name


def change_group(resource: Resource) -> None:
    """Changes a replication group at once."""
    given = {**resource.properties, "ApplyImmediately": True}
    calls.call(resource.aws, "elasticache.ModifyReplicationGroup", given, loose=True)


def deletion_input(resource: Resource) -> dict[str, Any]:
    """Builds DeleteReplicationGroup's input; the deletion policy Snapshot leaves a last one."""
    identity = {"ReplicationGroupId": resource.physical}
    return {
        **identity,
        **({"FinalSnapshotIdentifier": final_snapshot_name(resource)} if resource.keep == "Snapshot" else {}),
    }


def parameters_input(resource: Resource) -> dict[str, Any]:
    """Builds ModifyCacheParameterGroup's input."""
    listed = [
        {"ParameterName": name, "ParameterValue": str(value)}
        for name, value in resource.properties.get("Properties", {}).items()
    ]
    return {"CacheParameterGroupName": resource.physical, "ParameterNameValues": listed}


register(
    Provider(
        kind="AWS::ElastiCache::ParameterGroup",
        create="elasticache.CreateCacheParameterGroup",
        name="CacheParameterGroupName",
        name_limit=255,
        ref="CacheParameterGroup.CacheParameterGroupName",
        needs=frozenset({"CacheParameterGroupFamily", "Description"}),
        elsewhere=frozenset({"Properties"}),
        then=(Step("elasticache.ModifyCacheParameterGroup", parameters_input),),
        delete="elasticache.DeleteCacheParameterGroup",
        delete_input=lambda resource: {"CacheParameterGroupName": resource.physical},
    ),
    Provider(
        kind="AWS::ElastiCache::SubnetGroup",
        create="elasticache.CreateCacheSubnetGroup",
        name="CacheSubnetGroupName",
        name_limit=255,
        ref="CacheSubnetGroup.CacheSubnetGroupName",
        rename={"Description": "CacheSubnetGroupDescription"},
        delete="elasticache.DeleteCacheSubnetGroup",
        delete_input=lambda resource: {"CacheSubnetGroupName": resource.physical},
    ),
    Provider(
        kind="AWS::ElastiCache::ReplicationGroup",
        create="elasticache.CreateReplicationGroup",
        name="ReplicationGroupId",
        name_limit=40,
        ref="ReplicationGroup.ReplicationGroupId",
        attributes={
            "PrimaryEndPoint.Address": "ReplicationGroup.NodeGroups.0.PrimaryEndpoint.Address",
            "PrimaryEndPoint.Port": lambda resource: str(resource.properties.get("Port", 6379)),
            "ReaderEndPoint.Address": "ReplicationGroup.NodeGroups.0.ReaderEndpoint.Address",
        },
        needs=frozenset({"ReplicationGroupDescription"}),
        update=change_group,
        immutable=frozenset(
            {
                "AtRestEncryptionEnabled",
                "CacheSubnetGroupName",
                "Engine",
                "KmsKeyId",
                "NumNodeGroups",
                "Port",
                "ReplicasPerNodeGroup",
                "TransitEncryptionEnabled",
            }
        ),
        delete="elasticache.DeleteReplicationGroup",
        delete_input=deletion_input,
    ),
)
