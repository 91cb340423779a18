"""Fluent Bit's configuration: known properties, groups that the stack makes, no line without an output."""

import fnmatch
import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
CONFIG: dict[str, Any] = yaml.safe_load(
    (ROOT / "cluster_manifests/platform/logging/config/fluent-bit.yaml").read_text()
)
KNOWN = {
    "tail": {
        "path", "multiline.parser", "db", "storage.type", "mem_buf_limit", "skip_long_lines",
        "refresh_interval",
    },
    "kubernetes": {
        "use_kubelet", "kubelet_host", "merge_log", "keep_log", "labels", "annotations", "buffer_size",
    },
    "grep": {"exclude", "regex"},
    "cloudwatch_logs": {
        "region", "log_group_name", "log_stream_prefix", "auto_create_group", "auto_retry_requests",
        "retry_limit",
    },
    "s3": {
        "region", "bucket", "s3_key_format", "compression", "total_file_size", "upload_timeout", "store_dir",
        "store_dir_limit_size", "use_put_object",
    },
}  # fmt: skip
"""The properties that each plugin knows, of those that we use: Fluent Bit itself ends at an unknown one."""


def parts(kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = CONFIG["pipeline"][kind]
    return found


def test_every_property_is_one_that_its_plugin_knows() -> None:
    for kind in ("inputs", "filters", "outputs"):
        for each in parts(kind):
            assert set(each) - {"name", "tag", "match"} <= KNOWN[each["name"]], each


def test_the_log_groups_are_those_of_the_stack_and_none_is_made_on_the_way() -> None:
    stack = (ROOT / "stacks/monitoring.yaml").read_text(encoding="utf-8")
    made = set(re.findall(r"LogGroupName: !Sub (/aws/eks/\S+/(?:application|system)/\S+)", stack))
    outputs = [each for each in parts("outputs") if each["name"] == "cloudwatch_logs"]

    assert {
        each["log_group_name"].replace("sre-portfolio-cluster", "${ClusterName}") for each in outputs
    } == made
    assert not any(each["auto_create_group"] for each in outputs)


def test_every_line_has_its_group_and_its_archive() -> None:
    for each in parts("inputs"):
        tag = each["tag"].replace("*", "var.log.containers.x.log")
        ways = [out["name"] for out in parts("outputs") if fnmatch.fnmatch(tag, out["match"])]
        assert sorted(ways) == ["cloudwatch_logs", "s3"], tag


def test_no_state_is_shared_and_all_of_it_outlives_a_restart() -> None:
    states = [each["db"] for each in parts("inputs")]

    assert len(set(states)) == len(states)
    assert all(each.startswith("/var/fluent-bit/") for each in states)
    assert all(each["storage.type"] == "filesystem" for each in parts("inputs"))


def test_probes_are_dropped_and_nothing_else() -> None:
    [filtered] = [each for each in parts("filters") if each["name"] == "grep"]
    key, pattern = filtered["exclude"].split(" ", 1)

    assert key == "path"
    assert [p for p in ("/health", "/ready", "/startup", "/metrics") if re.search(pattern, p)] == [
        "/health", "/ready", "/startup", "/metrics",
    ]  # fmt: skip
    assert not re.search(pattern, "/api/v1/tasks")
