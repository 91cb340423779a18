"""The manifests and the stacks agree: what a pod names is what CloudFormation makes, in each environment."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from toban.manifests import rendering

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ("dev", "prod")


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as what stands behind them: `!Sub text` is the text."""


Loader.add_multi_constructor("!", lambda loader, _, node: _behind(loader, node))


def _behind(loader: Any, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


def stack(name: str) -> dict[str, Any]:
    text = (ROOT / "stacks" / f"{name}.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = yaml.load(text, Loader)  # noqa: S506 - a SafeLoader, with tags that make plain values
    return read


def outputs(environment: str) -> dict[str, str]:
    text = (ROOT / f"cluster_manifests/overlays/{environment}/stack-outputs.env").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def environment(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def objects(environment: str) -> list[dict[str, Any]]:
    return rendering.render(rendering.ROOT / "overlays" / environment)


def of(objects: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [each for each in objects if each["kind"] == kind]


def secrets(environment: str) -> dict[str, set[str]]:
    """Returns the secrets that the stacks make, and the keys in each."""
    found = {outputs(environment)["DatabaseSecretArn"]: {"username", "password"}}
    for name in ("storage", "elasticache"):
        for each in stack(name)["Resources"].values():
            if each["Type"] == "AWS::SecretsManager::Secret":
                made = each["Properties"]["GenerateSecretString"]
                keys = {made["GenerateStringKey"], *yaml.safe_load(made["SecretStringTemplate"])}
                found[each["Properties"]["Name"].replace("${Environment}", environment)] = keys
    return found


def test_every_secret_that_a_pod_asks_for_is_one_that_the_stacks_make(
    environment: str, objects: list[dict[str, Any]]
) -> None:
    made = secrets(environment)
    asked = [each["remoteRef"] for thing in of(objects, "ExternalSecret") for each in thing["spec"]["data"]]
    whole = [
        each["extract"]["key"]
        for thing in of(objects, "ExternalSecret")
        for each in thing["spec"].get("dataFrom", [])
    ]

    assert asked
    assert [each for each in asked if each["property"] not in made.get(each["key"], set())] == []
    assert whole == [f"toban/{environment}/jwt"]
    assert set(whole) <= set(made)


def test_the_role_of_external_secrets_may_read_each_of_them() -> None:
    parameters = stack("main")["Resources"]["Identities"]["Properties"]["Parameters"]
    [_, granted] = parameters["SecretArns"]
    [policy] = stack("identities")["Resources"]["SecretsRole"]["Properties"]["Policies"]

    resources = [each["Resource"] for each in policy["PolicyDocument"]["Statement"]]
    assert resources[:2] == ["SecretArns", "MonitoringSecretArn"]
    assert parameters["MonitoringSecretArn"] == "Storage.Outputs.MonitoringSecretArn"
    assert set(granted) == {
        "Database.Outputs.DatabaseSecretArn",
        "Cache.Outputs.CacheSecretArn",
        "Storage.Outputs.TokenSecretArn",
        "Storage.Outputs.ApiDatabaseSecretArn",
        "Storage.Outputs.WorkerDatabaseSecretArn",
        "Storage.Outputs.BoardsSecretArn",
    }


def test_no_pod_that_hears_a_caller_has_the_owners_password_or_anothers(
    objects: list[dict[str, Any]],
) -> None:
    """Who mounts which Secret: the database's owner is the Jobs' alone, the tokens' key the API's alone."""
    mounted = {
        (each["kind"], each["metadata"]["name"]): set(
            re.findall(r"'(?:secretName|name)': '([\w-]+)'", str(secrets_in(each)))
        )
        for each in objects
        if each["kind"] in {"Deployment", "Rollout", "Job"}
        and each["metadata"]["namespace"] == "app-production"
    }
    users = {
        name: {owner for owner, used in mounted.items() if name in used}
        for name in ("api-service", "worker-service", "migration")
    }

    assert {name for _, name in users["api-service"]} == {"api-service"}
    assert {name for _, name in users["worker-service"]} == {"worker-service"}
    assert {kind for kind, _ in users["migration"]} == {"Job"}
    for each in of(objects, "ExternalSecret"):
        asked = {ref["remoteRef"]["key"] for ref in each["spec"]["data"]}
        owner = any("secret:rds!" in key for key in asked)
        assert owner == (each["metadata"]["name"] == "migration"), each["metadata"]["name"]
        if each["metadata"]["namespace"] == "monitoring":
            assert not [key for key in asked if key.endswith(("/jwt", "/database-api", "/database-worker"))]


def secrets_in(workload: dict[str, Any]) -> list[Any]:
    pod = workload["spec"]["template"]["spec"]
    volumes = [volume["secret"] for volume in pod.get("volumes", []) if "secret" in volume]
    keys = [
        variable["valueFrom"]["secretKeyRef"]
        for container in pod["containers"]
        for variable in container.get("env", [])
        if "secretKeyRef" in variable.get("valueFrom", {})
    ]
    return [*volumes, *({"name": key["name"]} for key in keys)]


def test_the_apis_pods_reach_their_data_and_nothing_else(objects: list[dict[str, Any]]) -> None:
    ports = {
        each["metadata"]["name"]: sorted(
            {port["port"] for rule in each["spec"]["egress"] for port in rule["ports"]}
        )
        for each in of(objects, "NetworkPolicy")
        if each["metadata"]["name"] in {"api-service", "worker-service", "migration", "monitoring-role"}
    }

    assert ports == {
        "api-service": [5432, 6379],
        "worker-service": [5432],
        "migration": [5432],
        "monitoring-role": [5432],
    }


def test_the_overlays_name_outputs_that_the_stacks_give(environment: str) -> None:
    assert set(outputs(environment)) - {"Environment"} <= set(stack("main")["Outputs"])
    assert outputs(environment)["Environment"] == environment


def addressed(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The secrets with addresses in them: the API's, and the exporters'."""
    found = [each for each in of(objects, "ExternalSecret") if each["metadata"]["name"] != "monitoring-role"]
    assert sorted(each["metadata"]["name"] for each in found) == [
        "api-service",
        "exporters",
        "migration",
        "worker-service",
    ]
    return found


def test_each_address_leads_to_the_host_that_the_stacks_gave(
    environment: str, objects: list[dict[str, Any]]
) -> None:
    hosts = outputs(environment)
    for thing in addressed(objects):
        written = thing["spec"]["target"]["template"]["data"].values()
        for scheme, host in (("postgresql://", "DatabaseHost"), ("rediss://", "CacheHost")):
            if scheme == "rediss://" and thing["metadata"]["name"] in {"migration", "worker-service"}:
                continue  # they know no Redis
            [address] = [each for each in written if each.startswith(scheme)]
            assert f'@{{{{ "{hosts[host]}" }}}}:' in address, thing["metadata"]["name"]


def test_the_database_in_the_address_is_the_one_that_is_made(objects: list[dict[str, Any]]) -> None:
    name = stack("rds")["Resources"]["Database"]["Properties"]["DBName"][-1]
    for thing in addressed(objects):
        [address] = [
            each
            for each in thing["spec"]["target"]["template"]["data"].values()
            if each.startswith("postgresql")
        ]
        assert re.search(rf":5432/{name}\?sslmode=verify-full&sslrootcert=/[\w/-]+/rds_ca\.pem$", address)


def test_the_backups_go_to_the_bucket_that_is_made_and_that_velero_may_write(
    environment: str, objects: list[dict[str, Any]]
) -> None:
    # Production's backups lie with the recovery Region's stack.
    holder, region = {"dev": ("dev", "ap-northeast-1"), "prod": ("dr", "ap-northeast-3")}[environment]
    resources = stack("storage")["Resources"]
    values = {"Environment": holder, "AWS::AccountId": "111122223333", "AWS::Region": region}
    [location] = of(objects, "BackupStorageLocation")

    assert location["spec"]["objectStorage"]["bucket"] == filled(
        resources["VeleroBucket"]["Properties"]["BucketName"], values
    )
    assert location["spec"]["config"]["kmsKeyId"] == filled(
        resources["StorageKeyName"]["Properties"]["AliasName"], values
    )
    assert location["spec"]["config"]["region"] == region


def filled(text: str, values: dict[str, str]) -> str:
    """Returns what `Fn::Sub` makes of the text."""
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    return text


def test_the_api_believes_the_load_balancers_subnets_and_no_others(objects: list[dict[str, Any]]) -> None:
    [settings] = [each["data"] for each in of(objects, "ConfigMap") if "TRUSTED_PROXIES" in each["data"]]
    network = stack("vpc")
    pieces = list(ip_network(network["Parameters"]["VpcCidr"]["Default"]).subnets(new_prefix=24))
    subnets = [
        str(pieces[each["Properties"]["CidrBlock"][0]])
        for name, each in network["Resources"].items()
        if each["Type"] == "AWS::EC2::Subnet" and name.startswith("Public")
    ]

    assert settings["TRUSTED_PROXIES"].split(",") == subnets


def test_the_file_of_the_degraded_mode_lies_in_a_mounted_configmap(objects: list[dict[str, Any]]) -> None:
    [settings] = [each["data"] for each in of(objects, "ConfigMap") if "MODE_FILE" in each["data"]]
    [pod] = [
        each["spec"]["template"]["spec"]
        for each in of(objects, "Deployment")
        if each["metadata"]["name"] == "api-service"
    ]
    [mount] = [each for each in pod["containers"][0]["volumeMounts"] if each["name"] == "mode"]

    assert settings["MODE_FILE"] == f"{mount['mountPath']}/mode"
    assert {"name": "api-mode", "optional": True} in [each.get("configMap") for each in pod["volumes"]]


def test_every_pod_that_has_a_role_is_a_service_account_of_ours_or_of_a_chart(
    objects: list[dict[str, Any]],
) -> None:
    ours = {
        (each["metadata"]["namespace"], each["metadata"]["name"]) for each in of(objects, "ServiceAccount")
    }
    charts = yaml.safe_load((rendering.ROOT / "platform/charts/charts.yaml").read_text(encoding="utf-8"))
    brought = {(each["namespace"], each["name"]) for each in charts["charts"]}
    roles = {
        (each["Properties"]["Namespace"], each["Properties"]["ServiceAccount"])
        for each in stack("identities")["Resources"].values()
        if each["Type"] == "AWS::EKS::PodIdentityAssociation"
    }

    assert roles - ours - brought == set()
    assert ("monitoring", "alertmanager") in roles, "without a role it can page nobody"


def test_the_load_balancer_listens_where_its_group_lets_the_world_in(
    environment: str, objects: list[dict[str, Any]]
) -> None:
    [ingress] = of(objects, "Ingress")
    notes = ingress["metadata"]["annotations"]
    listens = {
        port
        for each in yaml.safe_load(notes["alb.ingress.kubernetes.io/listen-ports"])
        for port in each.values()
    }
    group = stack("vpc")["Resources"]["LoadBalancerSecurityGroup"]["Properties"]["SecurityGroupIngress"]

    assert listens == {each["FromPort"] for each in group}
    assert (
        notes["alb.ingress.kubernetes.io/security-groups"]
        == outputs(environment)["LoadBalancerSecurityGroupId"]
    )


def test_alertmanager_publishes_to_the_topics_of_its_own_environment(
    environment: str, objects: list[dict[str, Any]]
) -> None:
    [text] = [
        each["data"]["alertmanager.yaml"]
        for each in of(objects, "ConfigMap")
        if "alertmanager.yaml" in each["data"]
    ]
    asked = [each["sns_configs"][0]["topic_arn"] for each in yaml.safe_load(text)["receivers"]]
    made = [
        filled(
            stack("monitoring")["Resources"][name]["Properties"]["TopicName"], {"Environment": environment}
        )
        for name in ("PageTopic", "TicketTopic")
    ]

    assert [each.rsplit(":", 1)[1] for each in asked] == made
