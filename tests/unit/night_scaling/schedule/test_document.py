"""What a schedule document may say, and the sentence that answers each mistake."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.core.reading.faults import DocumentInvalid
from functions.night_scaling.schedule.document import parse_schedule

ROOT = Path(__file__).parents[4]
FOLDER = ROOT / "functions" / "night_scaling"
SCHEMA = json.loads((FOLDER / "schedule" / "schedule.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
NIGHT = {"name": "night", "mode": "night", "days": ["Mon"], "begin": "22:00", "end": "08:00"}
NODEGROUP = {"name": "primary", "instance_type": "t3.medium", "min": 2, "desired": 3, "max": 6}


def document(**changes: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "environment": "dev",
        "zone": "Asia/Tokyo",
        "modes": {
            "night": {"nodegroups": 2},
            "stop": {"nodegroups": 0, "workloads": "stopped", "database": "stopped"},
        },
        "windows": [NIGHT],
        **changes,
    }


def target(**nodegroup: Any) -> list[dict[str, Any]]:
    return [{"name": "one", "cluster": "c", "nodegroups": [{**NODEGROUP, **nodegroup}]}]


def refused(text: Any) -> list[str]:
    with pytest.raises(DocumentInvalid) as caught:
        parse_schedule(text if isinstance(text, (str, bytes)) else json.dumps(text))
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_documents_that_ship_are_good_and_follow_the_published_schema(name: str) -> None:
    text = (FOLDER / "schedules" / f"{name}.json").read_bytes()
    VALIDATOR.validate(json.loads(text))
    assert parse_schedule(text).environment == name


MISTAKES: list[tuple[Any, str]] = [
    (document(zone="Mars/Olympus"), "$.zone: 'Mars/Olympus' is no IANA zone"),
    (document(zone="asia/tokio"), 'did you mean "Asia/Tokyo"?'),
    (document(zone="IST"), 'write a place, such as "Asia/Tokyo"'),
    (document(windows=[{**NIGHT, "end": "22:00"}]), '$.windows[0].end: equals "begin"'),
    (
        document(windows=[{**NIGHT, "begin": "00:00", "end": "00:00"}]),
        'for a whole day write "00:00" to "24:00"',
    ),
    (document(windows=[{**NIGHT, "days": ["Monday"]}]), '$.windows[0].days[0]: must be "Mon"'),
    (document(windows=[{**NIGHT, "days": ["Mon", "Mon"]}]), "names a day twice"),
    (document(windows=[{**NIGHT, "days": []}]), "$.windows[0].days: must have 1 to 7 items, not 0"),
    (document(windows=[{**NIGHT, "begin": "24:00"}]), '"00:00" of the next day'),
    (document(windows=[{**NIGHT, "mode": "nigth"}]), 'did you mean "night"?'),
    (
        document(windows=[{**NIGHT, "begin": "07:50"}]),
        'lasts 10 minutes, so with "lead_minutes" 20 it would never',
    ),
    (document(windows=[NIGHT, NIGHT]), '$.windows[1].name: "night" is taken'),
    (document(wndows=[]), '$.wndows: unknown key; did you mean "windows"?'),
    (document(modes={"night": {"nodegroups": -1}}), "must be a whole number from 0 to 450, not -1"),
    (document(modes={"night": {"nodegroups": 1.5}}), "must be a whole number from 0 to 450, not 1.5"),
    (document(modes={"night": {"nodegroups": True}}), "not true"),
    (document(modes={"night": {"nodegroups": 0}}), 'must be "stopped" where "nodegroups" is 0'),
    (document(modes={"awake": {}}), "is reserved"),
    (
        document(targets=target(max=0)),
        "$.targets[0].nodegroups[0].max: must be a whole number from 1 to 450, not 0",
    ),
    (document(targets=target(desired=9)), 'must lie between "min" (2) and "max" (6), not 9'),
    (document(targets=target(min=1, desired=1, max=1)), 'more than the "max" of all node groups of target'),
    (document(targets=target(), protected={"nodegroups": ["gone"]}), '"gone" belongs to no target'),
    (document(version=2), "$.version: must be a whole number from 1 to 1, not 2"),
    (document(caps={"hold_hours": 0}), "$.caps.hold_hours: must be a whole number from 1 to 168, not 0"),
    (document(lead_minutes="20"), "$.lead_minutes: must be a whole number from 0 to 240, not '20'"),
    (document(windows={}), "$.windows: must be a list of 0 to 50 items, not an object"),
    (
        document(calendars=[{"name": "c", "mode": "stop", "dates": {"2027-02-30": "x"}}]),
        "a day that does not exist",
    ),
    (
        document(calendars=[{"name": "c", "mode": "stop", "dates": {"3.5.2027": "x"}}]),
        "write it as 2027-01-31",
    ),
    (
        document(calendars=[{"name": "c", "mode": "stop", "country": "JP", "dates": {"2027-01-01": "x"}}]),
        "$.calendars[0].years: is missing",
    ),
    (
        document(calendars=[{"name": "c", "mode": "stop", "years": [2027], "dates": {"2028-01-01": "x"}}]),
        '2028-01-01 lies outside "years"',
    ),
    (
        document(
            freezes=[
                {
                    "name": "f",
                    "mode": "awake",
                    "reason": "r",
                    "first_day": "2027-12-29",
                    "last_day": "2072-01-03",
                }
            ]
        ),
        "longer than 366 days; is the year right?",
    ),
    (
        document(
            freezes=[
                {"name": "f", "mode": "awake", "reason": "r", "begin": "2027-12-29", "end": "2027-12-30"}
            ]
        ),
        "must be an instant such as",
    ),
    (
        document(freezes=[{"name": "f", "mode": "awake", "reason": "r"}]),
        'needs either "first_day" and "last_day"',
    ),
    ("", "$: the file is empty"),
    ("  \n", "$: the file is empty"),
    ("[]", "$: must be an object"),
    ("{", "$: not JSON: "),
    (b"\xff\xfe{}", "$: byte 0xff at position 0 is not UTF-8"),
    ('{"version": 1, "version": 2}', "$.version: stands twice"),
    ('{"version": NaN}', "$.version: must be a whole number from 1 to 1, not NaN"),
    ('{"version": 1e999}', "not inf"),
    ('{"version": ' + "9" * 5000 + "}", "thousands of digits"),
    ("[" * 60_000, "nested hundreds of levels deep"),
    ("x" * 1_000_000, "$: the file has 1,000,000 bytes; a schedule has at most 262,144"),
    ('{"environment": "\\ud800"}', "$.environment: must be a name"),
]


@pytest.mark.parametrize(("mistake", "sentence"), MISTAKES, ids=[sentence[:40] for _, sentence in MISTAKES])
def test_a_mistake_is_answered_by_its_place_and_what_to_write(mistake: Any, sentence: str) -> None:
    found = refused(mistake)
    assert any(sentence in fault for fault in found), found
    assert all(fault.isprintable() for fault in found)


def test_all_mistakes_are_told_at_once() -> None:
    found = refused(
        document(zone="Nowhere/At/All", version="1", windows=[{**NIGHT, "begin": "8:00", "days": ["x"]}])
    )
    assert [fault.split(":")[0] for fault in found] == [
        "$.version",
        "$.zone",
        "$.windows[0].days[0]",
        "$.windows[0].begin",
    ]


def test_windows_of_different_modes_that_overlap_are_refused_with_an_example_instant() -> None:
    weekend = {
        "name": "weekend",
        "mode": "stop",
        "days": ["Sat"],
        "begin": "23:00",
        "end": "08:00",
        "end_day": "Tue",
    }
    assert "for example on Mon 2027-01-04T22:00" in refused(document(windows=[NIGHT, weekend]))[0]


def test_windows_of_one_mode_may_overlap() -> None:
    parse_schedule(json.dumps(document(windows=[NIGHT, {**NIGHT, "name": "late", "begin": "23:00"}])))


LONG = 'lasts 20 minutes, so with "lead_minutes" 20 it would never sleep; lengthen it'


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"windows": [{**NIGHT, "end": "22:20"}]}, f"$.windows[0].end: {LONG}"),
        (
            {
                "calendars": [
                    {
                        "name": "restart",
                        "mode": "stop",
                        "dates": {"2027-01-18": "x"},
                        "begin": "04:00",
                        "end": "04:20",
                    }
                ]
            },
            f"$.calendars[0].end: {LONG} (on 2027-01-18)",
        ),
        (
            {
                "freezes": [
                    {
                        "name": "audit",
                        "mode": "stop",
                        "reason": "x",
                        "begin": "2027-01-18T04:00",
                        "end": "2027-01-18T04:20",
                    }
                ]
            },
            f"$.freezes[0].end: {LONG}",
        ),
    ],
    ids=["window", "calendar", "freeze"],
)
def test_a_sleep_that_is_no_longer_than_its_lead_is_refused_with_its_place(
    changes: dict[str, Any], place: str
) -> None:
    assert refused(document(**changes)) == [place]


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_documents_that_ship_are_refused_when_their_windows_are_shorter_than_the_lead(name: str) -> None:
    text = json.loads((FOLDER / "schedules" / f"{name}.json").read_text("utf-8"))
    for window in text["windows"]:
        window.update(begin="22:00", end="22:10")
        window.pop("end_day", None)
    said = refused(text)
    assert [fault.split(":")[0] for fault in said] == [
        f"$.windows[{n}].end" for n in range(len(text["windows"]))
    ]


def test_an_awake_hour_may_be_as_short_as_anybody_likes() -> None:
    short = {"name": "talk", "mode": "awake", "dates": {"2027-01-18": "x"}, "begin": "04:00", "end": "04:10"}
    assert parse_schedule(json.dumps(document(calendars=[short])))


def test_two_calendars_that_want_different_sleeps_on_one_day_are_refused() -> None:
    days = [{"name": mode, "mode": mode, "dates": {"2027-01-01": "New Year"}} for mode in ("night", "stop")]
    assert "2027-01-01 is in" in refused(document(calendars=days))[0]


def test_two_freezes_that_contradict_each_other_are_refused() -> None:
    days = {"reason": "r", "first_day": "2027-12-29", "last_day": "2027-12-30"}
    both = [{"name": mode, "mode": mode, **days} for mode in ("awake", "stop")]
    assert "for example at 2027-12-29T00:00+09:00" in refused(document(freezes=both))[0]


def test_a_mark_before_utf8_is_no_mistake() -> None:
    parse_schedule(b"\xef\xbb\xbf" + json.dumps(document()).encode())


def test_thousands_of_mistakes_are_counted_and_the_first_ones_told() -> None:
    found = refused(json.dumps({f"k{n}": n for n in range(5_000)}))
    assert len(found) == 51
    assert found[-1].startswith("$: 49")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=150)
@given(key=st.sampled_from([*SCHEMA["properties"], "zzz"]), value=json_values)
def test_any_document_is_read_or_refused_and_what_is_read_follows_the_schema(key: str, value: Any) -> None:
    changed = {**document(targets=target()), key: value}
    try:
        parse_schedule(json.dumps(changed))
    except DocumentInvalid:
        return
    VALIDATOR.validate(changed)


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_refused_with_a_sentence(junk: bytes) -> None:
    assert refused(junk)


def test_a_fallback_that_is_protected_would_never_lend_and_is_refused() -> None:
    """A loan would have raised a protected group, which promise 4 forbids."""
    groups = [
        {"name": "spot", "instance_type": "t3.medium", "min": 0, "desired": 2, "max": 4, "fallback": "safe"},
        {"name": "safe", "instance_type": "t3.medium", "min": 1, "desired": 1, "max": 4},
    ]
    targets = [{"name": "one", "cluster": "c", "nodegroups": groups}]
    assert parse_schedule(json.dumps(document(targets=targets)))
    [fault] = refused(document(targets=targets, protected={"nodegroups": ["safe"]}))
    assert fault.startswith('$.targets[0].nodegroups[0].fallback: "safe" is protected and never lends; name')
