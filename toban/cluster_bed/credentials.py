"""Who may talk to the bed: four users with a random token each, the service accounts' key, a kubeconfig."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from pathlib import Path

USERS = {
    "admin": "system:masters",
    "kwok": "system:masters",
    "rollouts": "system:masters",
    "system:kube-controller-manager": "",
    "system:kube-scheduler": "",
}
"""Each user and its group. Controllers have the rights that Kubernetes gives their names, as anywhere."""


def write_keys(folder: Path) -> dict[str, str]:
    """Writes the tokens' file and the service accounts' key, for their owner alone; returns the tokens."""
    tokens = {user: secrets.token_urlsafe(24) for user in USERS}
    lines = [f'{tokens[user]},{user},{user},"{group}"\n' for user, group in USERS.items()]
    _private(folder / "tokens.csv", "".join(lines).encode())
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _private(folder / "service-accounts.key", pem)
    return tokens


def write_kubeconfig(folder: Path, *, user: str, server: str, token: str) -> Path:
    """Writes `NAME.kubeconfig` for one user and returns its path."""
    file = folder / f"{user.replace(':', '-')}.kubeconfig"
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "toban",
        "contexts": [{"name": "toban", "context": {"cluster": "toban", "user": user}}],
        "clusters": [
            {
                "name": "toban",
                "cluster": {"server": server, "certificate-authority": str(folder / "pki" / "apiserver.crt")},
            }
        ],
        "users": [{"name": user, "user": {"token": token}}],
    }
    _private(file, yaml.safe_dump(content, sort_keys=False).encode())
    return file


def _private(file: Path, content: bytes) -> None:
    file.touch(mode=0o600)
    file.write_bytes(content)
