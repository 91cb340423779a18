"""What stands around the workload: images, names, buckets, keys, and the door for releases."""

import json

import pytest

from tests.contracts.stacks import design
from tests.contracts.stacks.environment import World
from tests.contracts.stacks.pieces import assert_paid_for


@pytest.mark.parametrize("name", sorted(design.REPOSITORIES))
def test_images_cannot_be_overwritten_are_scanned_and_do_not_pile_up(prod: World, name: str) -> None:
    ecr = prod.client("ecr")
    [repository] = ecr.describe_repositories(repositoryNames=[name])["repositories"]
    rules = json.loads(ecr.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"])["rules"]

    assert repository["imageTagMutability"] == "IMMUTABLE"
    assert repository["imageScanningConfiguration"] == {"scanOnPush": True}
    assert repository["encryptionConfiguration"]["encryptionType"] == "KMS"
    assert {rule["selection"]["countType"] for rule in rules} == {"sinceImagePushed", "imageCountMoreThan"}


def test_images_are_copied_to_the_recovery_region(prod: World) -> None:
    [rule] = prod.client("ecr").describe_registry()["replicationConfiguration"]["rules"]

    assert [each["region"] for each in rule["destinations"]] == [design.RECOVERY_REGION]


def test_the_names_point_to_the_load_balancer_and_give_way_when_it_fails(prod: World) -> None:
    zone = prod.stack.outputs["HostedZoneId"]
    records = prod.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    ours = {record["Name"].rstrip("."): record for record in records if record["Type"] == "A"}

    assert set(ours) == design.HOSTS
    for record in ours.values():
        assert record["Failover"] == "PRIMARY"
        assert record["HealthCheckId"] == prod.find("Answers").physical
        assert record["AliasTarget"]["EvaluateTargetHealth"] is True


def test_the_health_check_asks_the_load_balancer_and_not_a_name_that_fails_over(prod: World) -> None:
    check = prod.client("route53").get_health_check(HealthCheckId=prod.find("Answers").physical)[
        "HealthCheck"
    ]
    name = check["HealthCheckConfig"]["FullyQualifiedDomainName"]

    assert name.endswith(".elb.amazonaws.com")
    assert name not in design.HOSTS


def test_one_certificate_proves_both_names(prod: World) -> None:
    arn = prod.stack.outputs["CertificateArn"]
    found = prod.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]

    assert {found["DomainName"], *found["SubjectAlternativeNames"]} == design.HOSTS


def test_no_bucket_is_public_or_plain(prod: World) -> None:
    s3 = prod.client("s3")
    buckets = [each["Name"] for each in s3.list_buckets()["Buckets"]]

    assert len(buckets) == 2, "the backups' bucket is in the recovery Region"
    for bucket in buckets:
        assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
        [rule] = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
        [statement] = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
        assert (statement["Effect"], statement["Condition"]) == (
            "Deny",
            {"Bool": {"aws:SecureTransport": "false"}},
        )


def test_every_key_turns_itself(prod: World) -> None:
    kms = prod.client("kms")
    keys = [
        each.physical
        for stack in prod.every()
        for each in stack.made.values()
        if each.kind == "AWS::KMS::Key"
    ]

    assert len(keys) == 6
    assert all(kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] for key in keys)


def test_github_delivers_from_its_environment_alone_and_holds_no_key(prod: World) -> None:
    role = prod.client("iam").get_role(RoleName=prod.find("DeliveryRole").physical)["Role"]
    [statement] = role["AssumeRolePolicyDocument"]["Statement"]
    condition = statement["Condition"]["StringEquals"]

    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert condition["token.actions.githubusercontent.com:sub"] == "repo:example/toban:environment:prod"
    assert condition["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"


def test_the_cost_page_counts_what_production_holds(prod: World) -> None:
    assert_paid_for("prod", prod)
