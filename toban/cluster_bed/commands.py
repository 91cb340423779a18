"""What each program of the bed is started with. Every one listens on loopback alone."""

from pathlib import Path
from typing import NamedTuple

STAGES = Path(__file__).parent / "stages.yaml"


class Ports(NamedTuple):
    """The ports of one bed."""

    etcd: int
    peers: int
    api: int
    controllers: int
    scheduler: int
    rollouts_metrics: int
    rollouts_health: int


HOW_MANY_PORTS = len(Ports._fields)


def etcd(folder: Path, ports: Ports) -> list[str]:
    """Returns the store's arguments; it does not sync to disk, because nothing here outlives the bed."""
    clients, peers = f"http://127.0.0.1:{ports.etcd}", f"http://127.0.0.1:{ports.peers}"
    return [
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={clients}",
        f"--advertise-client-urls={clients}",
        f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}",
        f"--initial-cluster=default={peers}",
        "--unsafe-no-fsync",
        "--log-level=warn",
    ]


def api_server(folder: Path, ports: Ports) -> list[str]:
    """Returns the API server's arguments; it makes its own certificate in `pki`."""
    return [
        f"--etcd-servers=http://127.0.0.1:{ports.etcd}",
        "--bind-address=127.0.0.1",
        f"--secure-port={ports.api}",
        f"--cert-dir={folder / 'pki'}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={folder / 'service-accounts.key'}",
        f"--service-account-signing-key-file={folder / 'service-accounts.key'}",
        f"--token-auth-file={folder / 'tokens.csv'}",
        "--authorization-mode=Node,RBAC",
        "--service-cluster-ip-range=172.20.0.0/16",
        "--endpoint-reconciler-type=none",
        "--allow-privileged=true",
        "--profiling=false",
    ]


def controllers(folder: Path, ports: Ports) -> dict[str, list[str]]:
    """Returns the arguments of all that talks to the API server, by program, in the order of starting.

    The node life cycle is on, because it is what turns a cordon into the taint that spread constraints
    honour.
    """
    manager = folder / "system-kube-controller-manager.kubeconfig"
    return {
        "kube-controller-manager": [
            f"--kubeconfig={manager}",
            f"--service-account-private-key-file={folder / 'service-accounts.key'}",
            f"--root-ca-file={folder / 'pki' / 'apiserver.crt'}",
            "--use-service-account-credentials=true",
            "--leader-elect=false",
            "--bind-address=127.0.0.1",
            f"--secure-port={ports.controllers}",
            f"--cert-dir={folder / 'pki'}",
        ],
        "kube-scheduler": [
            f"--kubeconfig={folder / 'system-kube-scheduler.kubeconfig'}",
            "--leader-elect=false",
            "--bind-address=127.0.0.1",
            f"--secure-port={ports.scheduler}",
            f"--cert-dir={folder / 'pki'}",
        ],
        "kwok": [
            f"--kubeconfig={folder / 'kwok.kubeconfig'}",
            f"--config={STAGES}",
            "--manage-all-nodes=true",
            "--node-lease-duration-seconds=40",
            "--cidr=10.244.0.0/16",
        ],
        "rollouts-controller": [
            f"--kubeconfig={folder / 'rollouts.kubeconfig'}",
            "--leader-elect=false",
            f"--metricsport={ports.rollouts_metrics}",
            f"--healthzPort={ports.rollouts_health}",
        ],
    }
