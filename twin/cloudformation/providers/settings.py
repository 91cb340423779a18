"""AWS::SSM and AWS::SecretsManager: what functions read at run time."""

from __future__ import annotations

import hashlib
import json
import string
from typing import TYPE_CHECKING, Any

from twin.cloudformation import calls
from twin.cloudformation.provider import Made, Provider, register, tags_of

if TYPE_CHECKING:
    from collections.abc import Mapping

ALPHABET = string.ascii_letters + string.digits
PASSWORD_LENGTH = 32
"""GetRandomPassword's default length."""


def parameter_input(made: Made) -> Mapping[str, Any]:
    """Builds PutParameter's input."""
    tags = [{"Key": key, "Value": value} for key, value in tags_of(made.properties).items()]
    given = {key: value for key, value in made.properties.items() if key != "Tags"}
    return {**given, **({"Tags": tags} if tags else {})}


def change_parameter(made: Made) -> None:
    """Overwrites a parameter's value."""
    given = {key: value for key, value in made.properties.items() if key != "Tags"}
    calls.call(made.aws, "ssm.PutParameter", {**given, "Overwrite": True})


def generated(made: Made, wish: Mapping[str, Any]) -> str:
    """Returns a secret that is the same in every run: it follows from the resource's name."""
    length = int(wish.get("PasswordLength", PASSWORD_LENGTH))
    excluded = str(wish.get("ExcludeCharacters", ""))
    letters = [letter for letter in ALPHABET if letter not in excluded]
    seed = f"{made.stack}/{made.logical}"
    digests = "".join(hashlib.sha256(f"{seed}/{n}".encode()).hexdigest() for n in range(length // 32 + 1))
    pairs = [digests[index * 2 : index * 2 + 2] for index in range(length)]
    return "".join(letters[int(pair, 16) % len(letters)] for pair in pairs)


def secret_input(made: Made) -> Mapping[str, Any]:
    """Builds CreateSecret's input."""
    given = {key: value for key, value in made.properties.items() if key != "GenerateSecretString"}
    wish = made.properties.get("GenerateSecretString")
    if wish is None:
        return given
    word = generated(made, wish)
    if "GenerateStringKey" in wish:
        whole = {**json.loads(wish.get("SecretStringTemplate", "{}")), wish["GenerateStringKey"]: word}
        return {**given, "SecretString": json.dumps(whole)}
    return {**given, "SecretString": word}


register(
    Provider(
        kind="AWS::SSM::Parameter",
        create="ssm.PutParameter",
        name="Name",
        name_limit=1011,
        ref="=Name",
        attributes={"Type": "=Type", "Value": "=Value"},
        adapt=parameter_input,
        needs=frozenset({"Type", "Value"}),
        update=change_parameter,
        immutable=frozenset({"Tags"}),
        delete="ssm.DeleteParameter",
        delete_input=lambda made: {"Name": made.physical},
    ),
    Provider(
        kind="AWS::SecretsManager::Secret",
        create="secretsmanager.CreateSecret",
        name="Name",
        name_limit=512,
        ref="ARN",
        attributes={"Id": "ARN"},
        adapt=secret_input,
        not_emulated={"ReplicaRegions": "the twin holds one Region a run"},
        update="secretsmanager.UpdateSecret",
        identity=lambda made: {"SecretId": made.physical},
        delete="secretsmanager.DeleteSecret",
        delete_input=lambda made: {"SecretId": made.physical, "ForceDeleteWithoutRecovery": True},
    ),
)
