"""The deployed cluster is the design's: version, doors, nodes, add-ons, roles, and who the pods are."""

import json
from typing import Any

import pytest

from tests.contracts.stacks import design
from tests.contracts.stacks.environment import ROOT, World
from twin.cloudformation import delete, deploy
from twin.package import package


def nodegroup(prod: World, name: str) -> Any:
    return prod.client("eks").describe_nodegroup(clusterName=design.CLUSTER, nodegroupName=name)["nodegroup"]


def policies(prod: World, logical: str) -> list[dict[str, Any]]:
    """Returns the statements of a role's own policies, inline and attached alike."""
    iam, role = prod.client("iam"), prod.find(logical).physical
    found = [
        iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
    ]
    for each in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        version = iam.get_policy(PolicyArn=each["PolicyArn"])["Policy"]["DefaultVersionId"]
        got = iam.get_policy_version(PolicyArn=each["PolicyArn"], VersionId=version)
        found.append(got["PolicyVersion"]["Document"])
    return [statement for document in found for statement in document["Statement"]]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_the_cluster_is_the_designs(prod: World) -> None:
    cluster = prod.client("eks").describe_cluster(name=design.CLUSTER)["cluster"]
    network = cluster["resourcesVpcConfig"]

    assert cluster["version"] == design.KUBERNETES
    assert (network["endpointPublicAccess"], network["endpointPrivateAccess"]) == (True, True)
    assert network["publicAccessCidrs"] == ["198.51.100.0/24"]
    assert set(cluster["logging"]["clusterLogging"][0]["types"]) == {
        "api", "audit", "authenticator", "controllerManager", "scheduler",
    }  # fmt: skip
    assert cluster["encryptionConfig"][0]["resources"] == ["secrets"]


def test_the_primary_nodes_are_the_designs(prod: World) -> None:
    group = nodegroup(prod, "primary")

    assert {key: group[key] for key in design.NODES} == design.NODES
    zones = prod.client("ec2").describe_subnets(SubnetIds=group["subnets"])["Subnets"]
    assert len({each["AvailabilityZone"] for each in zones}) == 3


def test_half_of_the_workers_are_spot_of_several_types(prod: World) -> None:
    spot, primary = nodegroup(prod, "spot"), nodegroup(prod, "primary")
    desired = [group["scalingConfig"]["desiredSize"] for group in (spot, primary)]

    assert spot["capacityType"] == "SPOT"
    assert len(spot["instanceTypes"]) >= 4
    assert desired[0] / sum(desired) == design.SPOT_SHARE


@pytest.mark.parametrize("name", ["primary", "spot"])
def test_a_node_has_the_designs_disk_and_guards_its_metadata(prod: World, name: str) -> None:
    template = nodegroup(prod, name)["launchTemplate"]
    found = prod.client("ec2").describe_launch_template_versions(
        LaunchTemplateId=template["id"], Versions=[template["version"]]
    )
    data = found["LaunchTemplateVersions"][0]["LaunchTemplateData"]

    assert data["BlockDeviceMappings"][0]["Ebs"] == design.VOLUME
    assert data["MetadataOptions"]["HttpTokens"] == "required"
    assert prod.find("NodeSecurityGroup").physical in data["SecurityGroupIds"]
    assert len(data["SecurityGroupIds"]) == 2, (
        "the cluster's own group is how a node reaches the control plane"
    )


def test_the_autoscaler_finds_the_groups(prod: World) -> None:
    for name in ("primary", "spot"):
        assert nodegroup(prod, name)["tags"]["k8s.io/cluster-autoscaler/enabled"] == "true"


def test_the_add_ons_are_there_and_policies_of_the_network_hold(prod: World) -> None:
    eks = prod.client("eks")
    network = eks.describe_addon(clusterName=design.CLUSTER, addonName="vpc-cni")["addon"]

    assert set(eks.list_addons(clusterName=design.CLUSTER)["addons"]) == design.ADDONS
    assert json.loads(network["configurationValues"])["enableNetworkPolicy"] == "true"


@pytest.mark.parametrize("logical", design.ROLE_POLICIES)
def test_a_role_has_exactly_the_designs_policies(prod: World, logical: str) -> None:
    role = prod.find(logical).physical
    found = prod.client("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]

    assert {each["PolicyName"] for each in found} == design.ROLE_POLICIES[logical]
    assert prod.client("iam").list_role_policies(RoleName=role)["PolicyNames"] == []


def test_each_service_account_is_somebody(prod: World) -> None:
    found = prod.client("eks").list_pod_identity_associations(clusterName=design.CLUSTER)["associations"]

    assert {each["serviceAccount"]: each["namespace"] for each in found} == design.IDENTITIES


def test_a_pod_of_another_cluster_cannot_take_a_role(prod: World) -> None:
    for logical in ("SecretsRole", "LoadBalancerRole", "AutoscalerRole", "LogsRole", "BackupRole"):
        role = prod.client("iam").get_role(RoleName=prod.find(logical).physical)["Role"]
        [statement] = role["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}
        assert statement["Condition"]["ArnEquals"]["aws:SourceArn"].endswith(f"cluster/{design.CLUSTER}")


def test_api_worker_and_migration_are_nobody_to_aws(prod: World) -> None:
    associations = prod.client("eks").list_pod_identity_associations(clusterName=design.CLUSTER)
    known = {each["namespace"] for each in associations["associations"]}

    assert known
    assert "app-production" not in known


def test_external_secrets_alone_reads_the_secrets_and_all_of_them(prod: World) -> None:
    secrets = {
        each["Name"]: each["ARN"] for each in prod.client("secretsmanager").list_secrets()["SecretList"]
    }
    readable = [
        arn
        for statement in policies(prod, "SecretsRole")
        if "secretsmanager:GetSecretValue" in statement["Action"]
        for arn in listed(statement["Resource"])
    ]

    assert sorted(readable) == sorted(secrets.values())


@pytest.mark.parametrize(
    "logical", ["SecretsRole", "LoadBalancerRole", "AutoscalerRole", "LogsRole", "BackupRole"]
)
def test_no_role_of_a_pod_has_a_wildcard_action_or_changes_everything(prod: World, logical: str) -> None:
    for statement in policies(prod, logical):
        assert not [action for action in listed(statement["Action"]) if "*" in action]
        if statement["Resource"] == "*":
            verbs = {action.split(":")[1] for action in listed(statement["Action"])}
            assert all(verb.startswith(("Describe", "List", "Get")) for verb in verbs), verbs


def test_releases_enter_the_cluster_by_a_narrow_group(prod: World) -> None:
    role = prod.stack.outputs["DeliveryRoleArn"]
    entry = prod.client("eks").describe_access_entry(clusterName=design.CLUSTER, principalArn=role)

    assert entry["accessEntry"]["kubernetesGroups"] == ["toban:delivery"]


def test_the_control_planes_functions_enter_by_their_narrow_groups_and_from_inside(prod: World) -> None:
    """The control plane is wired as the page of the infrastructure says: by two outputs of this stack."""
    given = {
        "Environment": "prod",
        "ClusterName": design.CLUSTER,
        "SubnetIds": prod.stack.outputs["ClusterSubnetIds"],
        "SecurityGroupIds": prod.stack.outputs["FunctionSecurityGroupId"],
    }
    control = deploy(package(ROOT / "template.yaml"), stack_name="toban", parameters=given, aws=prod.aws)
    made = [each for stack in (control, *control.nested.values()) for each in stack.made.values()]
    entries = [each for each in made if each.kind == "AWS::EKS::AccessEntry"]
    inside = [each for each in made if "VpcConfig" in each.properties]

    assert entries
    for entry in entries:
        found = prod.client("eks").describe_access_entry(
            clusterName=design.CLUSTER, principalArn=entry.properties["PrincipalArn"]
        )
        assert found["accessEntry"]["kubernetesGroups"]
        assert all(group.startswith("toban:") for group in found["accessEntry"]["kubernetesGroups"])
    assert {each.properties["Role"] for each in inside} == {
        entry.properties["PrincipalArn"] for entry in entries
    }
    for function in inside:
        assert function.properties["VpcConfig"] == {
            "SubnetIds": given["SubnetIds"].split(","),
            "SecurityGroupIds": [given["SecurityGroupIds"]],
        }
    delete(control)
