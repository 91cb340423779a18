"""How long a handler takes from nothing to its first call, beside its floor: boto3 with the same clients.

And how long it takes to reach into a cluster, beside the official client's generated classes for the same
requests.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 11
ENVIRONMENT = {
    # Every variable that the templates set, so that a new one does not stop the bench; what they say is no
    # matter.
    **{
        name: "0"
        for template in (ROOT / "template.yaml", *(ROOT / "templates").glob("*.yaml"))
        for name in re.findall(r"^ +(TOBAN_\w+):", template.read_text(), re.MULTILINE)
    },
    "TOBAN_TRACING": "off",
    "PYTHONPATH": str(ROOT),
    "AWS_DEFAULT_REGION": "ap-northeast-1",
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "POWERTOOLS_SERVICE_NAME": "night_scaling",
    "POWERTOOLS_METRICS_NAMESPACE": "Toban",
}
OURS = """
import functions.night_scaling.steps.plan_night
from functions.runtime.wiring import ports
ports().table
ports().nodegroups
"""
FLOOR = """
import boto3
session = boto3.Session()
session.client("dynamodb")
session.client("eks")
"""


CLUSTER = """
from kubernetes import client
from functions.adapters.kubernetes import KubernetesCluster
KubernetesCluster(api=client.ApiClient())
"""
GENERATED = """
from kubernetes import client
api = client.ApiClient()
for name in ('CoreV1Api', 'AppsV1Api', 'BatchV1Api', 'AutoscalingV2Api', 'CustomObjectsApi'):
    getattr(client, name)(api)
"""


def run() -> list[dict[str, Any]]:
    """Measures both by turns with their peers, compiled before; `plan_night` runs at every tick."""
    floor = "boto3 with the clients for DynamoDB and EKS"
    return [
        _row("plan_night, from nothing to its clients", OURS, FLOOR, floor),
        _row(
            "the cluster's adapter, from nothing", CLUSTER, GENERATED, "the generated classes of its requests"
        ),
    ]


def _row(name: str, ours: str, peer: str, peer_name: str) -> dict[str, Any]:
    for program in (ours, peer):
        _seconds(program)
    pairs = [(_seconds(ours), _seconds(peer)) for _ in range(ROUNDS)]
    ratios = [our / their for our, their in pairs]
    return {
        "name": name,
        "ours": median(our for our, _ in pairs) * 1000,
        "peer": median(their for _, their in pairs) * 1000,
        "ratio": median(ratios),
        "spread": (min(ratios), max(ratios)),
        "unit": "ms",
        "peer_name": peer_name,
        "rounds": ROUNDS,
    }


def _seconds(program: str) -> float:
    """Returns the processor's seconds of a fresh process: what else the machine does hardly changes them."""
    begin = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(  # noqa: S603 - our own Python
        [sys.executable, "-c", program], env={**ENVIRONMENT, "PATH": os.environ["PATH"]}, check=True, cwd=ROOT
    )
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime
