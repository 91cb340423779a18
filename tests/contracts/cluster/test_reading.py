"""Lists, pages, selectors and watches."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.contracts.cluster.subject import MERGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contracts.cluster.subject import Subject


@pytest.fixture
def five(cluster: Subject) -> Subject:
    for number in range(5):
        labels = {"number": str(number), "odd": str(number % 2)}
        if number == 4:
            labels["last"] = ""
        cluster.make("configmaps", {"metadata": {"name": f"m{number}", "labels": labels}, "immutable": False})
    return cluster


def _names(cluster: Subject, **query: Any) -> str:
    return "".join(
        item["metadata"]["name"][1:]
        for item in cluster.items("configmaps", **query)
        if item["metadata"]["name"] != "kube-root-ca.crt"
    )


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("odd=1", "13"),
        ("odd==1", "13"),
        ("odd!=1", "024"),
        ("number in (1, 2),odd=1", "1"),
        ("number notin (1,2)", "034"),
        ("last", "4"),
        ("!last", "0123"),
        ("last=", "4"),
        ("number>2", "34"),
        ("number<1", "0"),
    ],
)
def test_a_label_selector_chooses(five: Subject, selector: str, found: str) -> None:
    assert _names(five, labelSelector=selector) == found


def test_a_label_selector_that_cannot_be_read_is_refused(five: Subject) -> None:
    answer = five.send("GET", five.at("configmaps"), labelSelector="a in (")
    assert (answer.code, answer.reason) == (400, "BadRequest")
    assert answer.message.startswith("unable to parse requirement: ")


def test_a_field_selector_chooses_by_name(five: Subject) -> None:
    assert _names(five, fieldSelector="metadata.name=m2") == "2"
    assert _names(five, fieldSelector="metadata.name!=m2,metadata.name!=m3") == "014"


def test_a_field_selector_knows_a_pods_phase_and_node(cluster: Subject) -> None:
    cluster.make("pods", {"metadata": {"name": "p"}, "spec": cluster.pod_spec()})
    assert len(cluster.items("pods", fieldSelector="status.phase=Pending,spec.nodeName=")) == 1
    assert cluster.items("pods", fieldSelector="status.phase=Running") == []


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        ("configmaps", '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"'),
        ("pods", "field label not supported: data.a"),
    ],
)
def test_a_field_that_cannot_be_selected_by_is_refused(cluster: Subject, resource: str, message: str) -> None:
    answer = cluster.send("GET", cluster.at(resource), fieldSelector="data.a=1")
    assert (answer.code, answer.reason, answer.message) == (400, "BadRequest", message)


def test_a_list_comes_in_pages_that_miss_and_repeat_nothing(five: Subject) -> None:
    path, seen, query = five.at("configmaps"), [], {"labelSelector": "number", "limit": "2"}
    page = five.get(path, **query)
    seen += page["items"]
    while token := page["metadata"].get("continue"):
        page = five.get(path, **query, **{"continue": token})
        seen += page["items"]
    assert [obj["metadata"]["name"] for obj in seen] == ["m0", "m1", "m2", "m3", "m4"]


def test_a_page_says_how_many_are_left(cluster: Subject) -> None:
    for number in range(5):
        cluster.make("services", {"metadata": {"name": f"s{number}"}, "spec": {"ports": [{"port": 80}]}})
    page = cluster.get(cluster.at("services"), limit="2")
    assert page["metadata"]["remainingItemCount"] == 3
    last = cluster.get(cluster.at("services"), limit="3", **{"continue": page["metadata"]["continue"]})
    assert "continue" not in last["metadata"]
    assert len(last["items"]) == 3


def test_a_page_shows_the_list_as_it_was_at_the_first_page(five: Subject) -> None:
    query = {"labelSelector": "number", "limit": "2"}
    page = five.get(five.at("configmaps"), **query)
    five.delete(five.at("configmaps", "m3"))
    five.make("configmaps", {"metadata": {"name": "m9", "labels": {"number": "9"}}})
    rest = five.get(
        five.at("configmaps"), **{**query, "limit": "9"}, **{"continue": page["metadata"]["continue"]}
    )
    assert [obj["metadata"]["name"] for obj in rest["items"]] == ["m2", "m3", "m4"]


def test_a_token_that_is_none_is_refused(five: Subject) -> None:
    answer = five.send("GET", five.at("configmaps"), limit="2", **{"continue": "nonsense"})
    assert (answer.code, answer.reason) == (400, "BadRequest")
    assert answer.message.startswith("invalid continue token: continue key is not valid")


def test_a_list_in_a_list_has_no_kind_of_its_own(five: Subject) -> None:
    found = five.get(five.at("configmaps"))
    assert (found["kind"], found["apiVersion"]) == ("ConfigMapList", "v1")
    assert "kind" not in found["items"][0]


@contextmanager
def _watched(cluster: Subject, resource: str, **query: Any) -> Iterator[Iterator[dict[str, Any]]]:
    pool = cluster.api.rest_client.pool_manager
    text = "&".join(
        f"{key}={value}" for key, value in {"watch": "true", "timeoutSeconds": "10", **query}.items()
    )
    headers = {"Authorization": f"Bearer {cluster.token}"} if cluster.token else {}
    url = f"{cluster.server}{cluster.at(resource)}?{text}"
    answer = pool.request("GET", url, headers=headers, preload_content=False, retries=False)
    try:
        yield (json.loads(line) for line in answer)
    finally:
        answer.close()


def _shown(event: dict[str, Any]) -> tuple[str, str]:
    return event["type"], event["object"]["metadata"]["name"]


def test_a_watch_begins_after_the_version_it_is_given(five: Subject) -> None:
    version = five.get(five.at("configmaps"))["metadata"]["resourceVersion"]
    five.patch(five.at("configmaps", "m1"), {"data": {"a": "1"}}, MERGE)
    five.delete(five.at("configmaps", "m2"))
    five.make("configmaps", {"metadata": {"name": "m6"}})
    with _watched(five, "configmaps", resourceVersion=version) as events:
        assert [_shown(next(events)) for _ in range(3)] == [
            ("MODIFIED", "m1"), ("DELETED", "m2"), ("ADDED", "m6"),
        ]  # fmt: skip


def test_a_watch_with_a_selector_sees_objects_come_into_view_and_leave_it(five: Subject) -> None:
    version = five.get(five.at("configmaps"))["metadata"]["resourceVersion"]
    five.patch(five.at("configmaps", "m1"), {"metadata": {"labels": {"odd": "0"}}}, MERGE)
    five.patch(five.at("configmaps", "m0"), {"metadata": {"labels": {"odd": "1"}}}, MERGE)
    with _watched(five, "configmaps", resourceVersion=version, labelSelector="odd%3D1") as events:
        assert [_shown(next(events)) for _ in range(2)] == [("DELETED", "m1"), ("ADDED", "m0")]


def test_a_watch_from_a_forgotten_version_is_gone(cluster: Subject) -> None:
    cluster.make("configmaps", {"metadata": {"name": "one"}})
    with _watched(cluster, "configmaps", resourceVersion="1") as events:
        event = next(events)
    assert event["type"] == "ERROR"
    assert (event["object"]["code"], event["object"]["reason"]) == (410, "Expired")
    assert event["object"]["message"].startswith("too old resource version: 1 (")


def test_a_watch_may_be_given_a_bookmark(five: Subject) -> None:
    query = {
        "sendInitialEvents": "true",
        "resourceVersionMatch": "NotOlderThan",
        "allowWatchBookmarks": "true",
    }
    with _watched(five, "configmaps", labelSelector="number", **query) as events:
        seen = [next(events) for _ in range(6)]
    assert [_shown(event) for event in seen[:5]] == [("ADDED", f"m{number}") for number in range(5)]
    assert seen[5]["type"] == "BOOKMARK"
    assert seen[5]["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
