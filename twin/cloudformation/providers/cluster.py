"""AWS::EKS: who may enter the cluster."""

from __future__ import annotations

from twin.cloudformation.provider import Provider, register, with_tag_map

register(
    Provider(
        kind="AWS::EKS::AccessEntry",
        create="eks.CreateAccessEntry",
        ref="accessEntry.principalArn",
        attributes={"AccessEntryArn": "accessEntry.accessEntryArn"},
        adapt=with_tag_map("AccessPolicies"),
        update="eks.UpdateAccessEntry",
        immutable=frozenset({"ClusterName", "PrincipalArn", "Type"}),
        delete="eks.DeleteAccessEntry",
        delete_input=lambda made: {
            "clusterName": made.properties["ClusterName"],
            "principalArn": made.properties["PrincipalArn"],
        },
    ),
)
