"""What importing a handler must not drag in; how long it takes is `bench/import_budget.py`'s affair."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HANDLERS = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "functions").glob("*/steps/[!_]*.py")
)
"""Every step of every capability, and of runs; each is held to a function of a template elsewhere."""
NEVER = {
    "pydantic",
    "fastapi",
    "kubernetes",
    "aws_xray_sdk",
    "moto",
    "twin",
    "toban",
    "boto3",
    "requests",
    "api",
}
"""boto3 is loaded on the first call: a handler that is only imported talks to nobody."""


def printed(program: str) -> str:
    """Runs a program in a fresh process without variables of ours, and gives what it printed."""
    answer = subprocess.run(  # noqa: S603 - our own Python
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT)},
    )
    return answer.stdout.strip()


@pytest.mark.parametrize("handler", HANDLERS)
def test_importing_a_handler_loads_nothing_heavy_and_reads_no_environment(handler: str) -> None:
    program = (
        "import json, sys, importlib\n"
        f"importlib.import_module('{handler}')\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    assert not NEVER & set(json.loads(printed(program)))


def test_reaching_into_a_cluster_loads_none_of_the_clients_generated_classes() -> None:
    program = (
        "import sys\n"
        "from kubernetes import client\n"
        "from functions.adapters.kubernetes import KubernetesCluster\n"
        "from functions.core.errors import TemporaryError\n"
        "configuration = client.Configuration(host='http://127.0.0.1:9')\n"
        "configuration.retries = False\n"
        "cluster = KubernetesCluster(api=client.ApiClient(configuration))\n"
        "for question in (cluster.nodes, cluster.workloads, cluster.cronjobs, cluster.other_controllers):\n"
        "    try:\n"
        "        question()\n"
        "    except TemporaryError:\n"
        "        pass\n"
        "generated = ('kubernetes.client.api.', 'kubernetes.client.models.')\n"
        "print([name for name in sys.modules if name.startswith(generated)])"
    )
    assert printed(program) == "[]"


def test_every_step_is_a_handler_and_nothing_else_is() -> None:
    marked = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "functions").rglob("*.py")
        if re.search(r"^@entrypoint\b", path.read_text(), re.MULTILINE)
    }
    assert marked == set(HANDLERS)
