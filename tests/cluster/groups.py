"""Which Kubernetes group each function of the control plane is in, as the templates' access entries say."""

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENTRY = re.compile(r"PrincipalArn: !GetAtt (\w+)Role\.Arn, KubernetesGroups: \[([\w:-]+)\]")


@cache
def groups() -> dict[str, str]:
    """Returns the group of each function that enters the cluster, such as `DrainNodes`."""
    found: dict[str, str] = {}
    for template in sorted((ROOT / "templates").glob("*.yaml")):
        text = template.read_text(encoding="utf-8")
        entries = ENTRY.findall(text)
        assert len(entries) == text.count("AWS::EKS::AccessEntry"), (
            f"an entry of {template} is written otherwise"
        )
        found.update(entries)
    return found
