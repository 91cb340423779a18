"""AWS's own cfn-guard holds the stacks to our rules; each rule is broken once, and seen to break."""

import platform
import re
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.stacks.environment import ROOT, STACKS
from twin.cloudformation.source import load

RULES = STACKS / "rules"
PLACES = {
    ("Linux", "x86_64"): "ubuntu/x86_64",
    ("Linux", "aarch64"): "ubuntu/aarch64",
    ("Darwin", "x86_64"): "macos/x86_64",
    ("Darwin", "arm64"): "macos/aarch64",
}


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Takes the program out of the package that carries it.

    The member's bytes go to a path of ours; as safe would be `extract(filter=…)`, of Python 3.11.4.
    """
    [archive] = (ROOT / ".tools/guard").glob(
        "lib/python*/site-packages/cdklabs/cdk_validator_cfnguard/_jsii/*.tgz"
    )
    member = f"package/bin/{PLACES[platform.system(), platform.machine()]}/cfn-guard"
    program = tmp_path_factory.mktemp("guard") / "cfn-guard"
    with tarfile.open(archive) as package:
        packed = package.extractfile(member)
        assert packed, f"{member} is no file in {archive.name}"
        program.write_bytes(packed.read())
    program.chmod(0o755)
    return program


def failed(guard: Path, *templates: Path) -> set[str]:
    """Returns the names of the rules that the templates break."""
    data = [word for template in templates for word in ("--data", str(template))]
    answer = subprocess.run(  # noqa: S603 -- AWS's own tool
        [guard, "validate", "--rules", RULES, *data, "--show-summary", "all"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "PASS" in answer.stdout, answer.stdout + answer.stderr
    found = set(re.findall(r"^\S+\.guard/(\w+) +FAIL", answer.stdout, re.MULTILINE))
    assert bool(found) == (answer.returncode != 0), answer.stdout + answer.stderr
    return found


def test_the_stacks_break_no_rule(guard: Path) -> None:
    assert failed(guard, *sorted(STACKS.glob("*.yaml"))) == set()


TAG = "[{Key: toban.dev/environment, Value: !Ref Environment}]"
PLANTED = [
    ("storage.yaml", 'SSEAlgorithm: "aws:kms"', "SSEAlgorithm: AES256", "BUCKETS_ARE_ENCRYPTED"),
    ("storage.yaml", "BlockPublicAcls: true", "BlockPublicAcls: false", "BUCKETS_ARE_NOT_PUBLIC"),
    ("rds.yaml", "StorageEncrypted: true", "StorageEncrypted: false", "DATABASES_ARE_ENCRYPTED"),
    ("rds.yaml", "PubliclyAccessible: false", "PubliclyAccessible: true", "DATABASES_ARE_ENCRYPTED"),
    (
        "elasticache.yaml",
        "TransitEncryptionEnabled: true",
        "TransitEncryptionEnabled: false",
        "CACHES_ARE_ENCRYPTED",
    ),
    ("eks.yaml", "Resources: [secrets]", "Resources: []", "CLUSTERS_ENCRYPT_SECRETS"),
    ("eks.yaml", "Encrypted: true", "Encrypted: false", "NODES_ARE_ENCRYPTED_AND_GUARD_THEIR_METADATA"),
    (
        "eks.yaml",
        "HttpTokens: required",
        "HttpTokens: optional",
        "NODES_ARE_ENCRYPTED_AND_GUARD_THEIR_METADATA",
    ),
    ("monitoring.yaml", "KmsMasterKeyId: !Ref MonitoringKey\n", "FifoTopic: false\n", "TOPICS_ARE_ENCRYPTED"),
    ("storage.yaml", "KmsKeyId: !GetAtt StorageKey.Arn\n", "SecretString: swordfish\n", "SECRETS_HAVE_A_KEY"),
    ("account.yaml", "IMMUTABLE", "MUTABLE", "IMAGES_ARE_ENCRYPTED_AND_FIXED"),
    ("monitoring.yaml", "CUSTOMER_MANAGED_CMK", "AWS_OWNED_CMK", "STREAMS_ARE_ENCRYPTED"),
    ("rds.yaml", "EnableKeyRotation: true", "EnableKeyRotation: false", "KEYS_TURN"),
    ("monitoring.yaml", "      KmsKeyId: !GetAtt MonitoringKey.Arn\n", "", "LOG_GROUPS_HAVE_A_KEY"),
    (
        "vpc.yaml",
        "          ToPort: 5432\n          SourceSecurityGroupId: !Ref NodeSecurityGroup",
        "          ToPort: 5432\n          CidrIp: 0.0.0.0/0",
        "NOTHING_HEARS_THE_WORLD",
    ),
    (
        "vpc.yaml",
        '      IpProtocol: "-1"\n      SourceSecurityGroupId: !Ref LoadBalancerSecurityGroup',
        '      IpProtocol: "-1"\n      CidrIp: 0.0.0.0/0',
        "NO_SINGLE_RULE_HEARS_THE_WORLD",
    ),
    (
        "vpc.yaml",
        "FromPort: 443, ToPort: 443",
        "FromPort: 80, ToPort: 443",
        "LOAD_BALANCER_HEARS_HTTPS_ALONE",
    ),
    ("vpc.yaml", "255.255.255.255/32", "0.0.0.0/0", "NOTHING_SPEAKS_TO_THE_WORLD"),
    ("identities.yaml", "Action: kms:Decrypt", "Action: kms:*", "ROLES_NAME_THEIR_ACTIONS"),
    ("identities.yaml", "ec2:DescribeVpcs", "ec2:Describe*", "POLICIES_NAME_THEIR_ACTIONS"),
    ("monitoring.yaml", "Action: sns:Publish", 'Action: "*"', "POLICIES_NAME_THEIR_ACTIONS"),
    (
        "rds.yaml",
        "Action: [kms:Encrypt, kms:Decrypt, kms:GenerateDataKey, kms:DescribeKey]",
        "Action: kms:*",
        "KEYS_GIVE_EVERYTHING_TO_THE_ACCOUNT_ALONE",
    ),
    ("monitoring.yaml", "      RetentionInDays: !Ref LogDays\n", "", "LOG_GROUPS_END"),
    ("elasticache.yaml", "    UpdateReplacePolicy: Snapshot\n", "", "STATE_OUTLIVES_ITS_STACK_OR_SAYS_SO"),
    (
        "rds.yaml",
        "    DeletionPolicy: Snapshot\n",
        "    DeletionPolicy: Delete\n",
        "WHAT_CANNOT_BE_REBUILT_STAYS",
    ),
    ("account.yaml", f"      Tags: {TAG}\n", "", "EVERYTHING_IS_TAGGED"),
    (
        "dns.yaml",
        f"      HostedZoneTags: {TAG}\n",
        "",
        "THE_REST_IS_TAGGED_IN_ITS_OWN_WAY",
    ),
]  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED, ids=[f"{row[3]}-{row[1][:20]}" for row in PLANTED])
def test_a_broken_rule_is_seen(guard: Path, tmp_path: Path, planted: tuple[str, str, str, str]) -> None:
    file, right, wrong, rule = planted
    text = (STACKS / file).read_text()
    assert right in text
    (tmp_path / file).write_text(text.replace(right, wrong, 1))

    assert rule in failed(guard, tmp_path / file)


def test_every_rule_is_broken_by_a_test() -> None:
    written = set(
        re.findall(r"^rule (\w+)", "\n".join(p.read_text() for p in RULES.glob("*.guard")), re.MULTILINE)
    )

    assert written == {row[3] for row in PLANTED}


def waivers() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for path in STACKS.glob("*.yaml"):
        for name, resource in load(path)[0]["Resources"].items():
            metadata = resource.get("Metadata") or {}
            found += [(f"{path.name} {name}", metadata["guard"])] if "guard" in metadata else []
            for skip in metadata.get("checkov", {}).get("skip", []):
                found.append((f"{path.name} {name}", {"Reason": skip.get("comment")}))
    return found


def test_each_waiver_names_its_reason() -> None:
    assert waivers()
    for where, waiver in waivers():
        assert len(str(waiver.get("Reason") or "")) > 20, where


def test_no_type_that_can_bear_tags_is_forgotten_by_the_rules() -> None:
    """A type with Tags in use anywhere must stand in the rule, or a new resource of it would slip by."""
    text = "\n".join(path.read_text() for path in RULES.glob("*.guard"))
    for path in STACKS.glob("*.yaml"):
        for name, resource in load(path)[0]["Resources"].items():
            if "Tags" in (resource.get("Properties") or {}):
                assert f"'{resource['Type']}'" in text, f"{path.name} {name}"
