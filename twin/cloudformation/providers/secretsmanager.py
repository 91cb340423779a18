"""AWS::SecretsManager: secrets, made up where the template asks for it."""

from __future__ import annotations

import hashlib
import json
import string
from typing import TYPE_CHECKING, Any

from twin.cloudformation.provider import Provider, Resource, register

if TYPE_CHECKING:
    from collections.abc import Mapping


ALPHABET = string.ascii_letters + string.digits
PASSWORD_LENGTH = 32
"""GetRandomPassword's default length."""


def generated_secret(resource: Resource, wish: Mapping[str, Any]) -> str:
    """Returns a secret that is the same in every run: it follows from the resource's name."""
    length = int(wish.get("PasswordLength", PASSWORD_LENGTH))
    excluded = str(wish.get("ExcludeCharacters", ""))
    letters = [letter for letter in ALPHABET if letter not in excluded]
    seed = f"{resource.stack}/{resource.logical}"
    digests = "".join(hashlib.sha256(f"{seed}/{n}".encode()).hexdigest() for n in range(length // 32 + 1))
    pairs = [digests[index * 2 : index * 2 + 2] for index in range(length)]
    return "".join(letters[int(pair, 16) % len(letters)] for pair in pairs)


def secret_input(resource: Resource) -> Mapping[str, Any]:
    """Builds CreateSecret's input."""
    given = {key: value for key, value in resource.properties.items() if key != "GenerateSecretString"}
    wish = resource.properties.get("GenerateSecretString")
    if wish is None:
        return given
    word = generated_secret(resource, wish)
    if "GenerateStringKey" in wish:
        whole = {**json.loads(wish.get("SecretStringTemplate", "{}")), wish["GenerateStringKey"]: word}
        return {**given, "SecretString": json.dumps(whole)}
    return {**given, "SecretString": word}


register(
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
        identity=lambda resource: {"SecretId": resource.physical},
        delete="secretsmanager.DeleteSecret",
        delete_input=lambda resource: {"SecretId": resource.physical, "ForceDeleteWithoutRecovery": True},
    ),
)
