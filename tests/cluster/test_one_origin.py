"""The page and the API answer on one host, and a canary has its share of what comes from the page too."""

from __future__ import annotations

from typing import Any

import pytest

from toban.manifests import rendering

Backends = dict[tuple[str, str], tuple[str, Any]]


def backends(environment: str) -> Backends:
    """The Service and its port behind each host's first word and path."""
    rendered = rendering.render(rendering.ROOT / "overlays" / environment)
    (ingress,) = [thing for thing in rendered if thing["kind"] == "Ingress"]
    return {
        (rule["host"].partition(".")[0], path["path"]): (
            path["backend"]["service"]["name"],
            path["backend"]["service"]["port"].get("name"),
        )
        for rule in ingress["spec"]["rules"]
        for path in rule["http"]["paths"]
    }


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_pages_host_sends_api_to_the_api_and_the_rest_to_the_page(environment: str) -> None:
    assert backends(environment) == {
        ("api", "/"): ("api-service", "http"),
        ("app", "/api"): ("api-service", "http"),
        ("app", "/"): ("frontend-service", "http"),
    }


def test_every_way_to_the_api_reads_the_canarys_weights() -> None:
    to_api = {port for service, port in backends("prod-canary").values() if service == "api-service"}

    assert to_api == {"use-annotation"}
    assert backends("prod-canary")["app", "/"] == ("frontend-service", "http")


@pytest.mark.parametrize("environment", ["dev", "prod", "prod-canary"])
def test_the_longer_path_stands_first(environment: str) -> None:
    """The load balancer's controller numbers its rules in this order."""
    paths = [path for host, path in backends(environment) if host == "app"]

    assert paths == ["/api", "/"]
