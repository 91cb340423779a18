"""AWS::ElastiCache: replication groups and where they stand."""

from __future__ import annotations

from typing import Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Made, Provider, register
from twin.cloudformation.providers.databases import last_name


def change_group(made: Made) -> None:
    """Changes a replication group at once."""
    given = {**made.properties, "ApplyImmediately": True}
    calls.call(made.aws, "elasticache.ModifyReplicationGroup", given, loose=True)


def final_snapshot(made: Made) -> dict[str, Any]:
    """Builds DeleteReplicationGroup's input; the deletion policy Snapshot leaves a last one."""
    identity = {"ReplicationGroupId": made.physical}
    return {**identity, **({"FinalSnapshotIdentifier": last_name(made)} if made.keep == "Snapshot" else {})}


register(
    Provider(
        kind="AWS::ElastiCache::SubnetGroup",
        create="elasticache.CreateCacheSubnetGroup",
        name="CacheSubnetGroupName",
        name_limit=255,
        ref="CacheSubnetGroup.CacheSubnetGroupName",
        rename={"Description": "CacheSubnetGroupDescription"},
        delete="elasticache.DeleteCacheSubnetGroup",
        delete_input=lambda made: {"CacheSubnetGroupName": made.physical},
    ),
    Provider(
        kind="AWS::ElastiCache::ReplicationGroup",
        create="elasticache.CreateReplicationGroup",
        name="ReplicationGroupId",
        name_limit=40,
        ref="ReplicationGroup.ReplicationGroupId",
        attributes={
            "PrimaryEndPoint.Address": "ReplicationGroup.NodeGroups.0.PrimaryEndpoint.Address",
            "PrimaryEndPoint.Port": lambda made: str(made.properties.get("Port", 6379)),
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
        delete_input=final_snapshot,
    ),
)
