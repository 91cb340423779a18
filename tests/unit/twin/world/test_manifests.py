"""What a team's cluster carries: the task manager, and a door for each group that the access entries name."""

from __future__ import annotations

import re
from pathlib import Path

from twin.world.manifests import team_workload

ROOT = Path(__file__).parents[4]


def test_each_group_of_the_access_entries_may_do_something_on_a_teams_cluster() -> None:
    template = (ROOT / "templates/night_scaling.yaml").read_text(encoding="utf-8")
    named = set(re.findall(r"KubernetesGroups: \[([^]]+)\]", template))
    assert named, "the template gives no access entry"

    carried = team_workload(ROOT, "dev")
    roles = {each["metadata"]["name"] for each in carried if each["kind"] == "ClusterRole"}
    bound = {
        subject["name"]
        for each in carried
        if each["kind"] == "ClusterRoleBinding" and each["roleRef"]["name"] in roles
        for subject in each["subjects"]
    }
    assert named <= bound
