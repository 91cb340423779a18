"""The timeline keeps what happened, in order, and writes it as JSON lines."""

import json
from datetime import UTC, datetime
from pathlib import Path

from twin.timeline import Entry, Timeline

NIGHT = datetime(2026, 12, 7, 13, 0, tzinfo=UTC)


def test_an_entry_is_one_line_of_json_with_its_time_in_utc() -> None:
    line = Entry(NIGHT, "node", "dev/node-1", "cordoned", "night begins", "run-1").as_json()

    assert json.loads(line) == {
        "at": "2026-12-07T13:00:00.000Z",
        "kind": "node",
        "subject": "dev/node-1",
        "what": "cordoned",
        "why": "night begins",
        "run": "run-1",
    }
    assert "\n" not in line


def test_listeners_hear_each_entry_when_it_happens() -> None:
    heard: list[str] = []
    timeline = Timeline(lambda: NIGHT)
    timeline.record("page", "ops", "before anyone listened")
    timeline.listen(lambda entry: heard.append(entry.what))
    timeline.record("page", "ops", "drain blocked")

    assert heard == ["drain blocked"]
    assert len(timeline) == 2


def test_entries_are_chosen_by_kind_and_subject() -> None:
    timeline = Timeline(lambda: NIGHT)
    timeline.record("node", "dev/a", "joined")
    timeline.record("node", "prod/a", "joined")
    timeline.record("pod", "dev/a", "ready")

    assert [entry.subject for entry in timeline.of("node")] == ["dev/a", "prod/a"]
    assert [entry.kind for entry in timeline.of("node", "pod", subject="dev/a")] == ["node", "pod"]


def test_the_file_holds_one_line_an_entry_and_its_folder_is_made(tmp_path: Path) -> None:
    timeline = Timeline(lambda: NIGHT)
    timeline.record("node", "dev/a", "joined")
    timeline.record("event", "bus", "寝た")
    path = tmp_path / "new" / "week.jsonl"

    timeline.write(path)

    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["what"] for line in lines] == ["joined", "寝た"]
