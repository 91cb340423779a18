"""A copy of JSON says the same and shares nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from twin.json_copies import clone

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda parts: st.lists(parts) | st.dictionaries(st.text(), parts),
    max_leaves=20,
)


def containers(value: Any) -> list[int]:
    """Returns the identities of all mappings and lists within a value."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    inner = [identity for part in parts for identity in containers(part)]
    return [*inner, id(value)] if isinstance(value, dict | list) else inner


@given(JSON)
def test_a_copy_equals_its_original_and_shares_no_part_with_it(value: Any) -> None:
    copy = clone(value)

    assert copy == value
    assert repr(copy) == repr(value)
    assert not set(containers(copy)) & set(containers(value))


@given(JSON)
def test_a_part_that_stands_twice_in_the_original_is_two_parts_in_the_copy(part: Any) -> None:
    copy = clone({"first": part, "second": [part]})

    assert len(containers(copy)) == len(set(containers(copy)))


def test_what_is_no_json_is_copied_too() -> None:
    class Labels(dict[str, str]):
        """A mapping of somebody's own kind."""

    original = {"at": datetime(2026, 12, 7, tzinfo=UTC), "labels": Labels(app="api")}

    copy = clone(original)
    copy["labels"]["app"] = "worker"

    assert copy["at"] == original["at"]
    assert original["labels"] == Labels(app="api")
