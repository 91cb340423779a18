"""`toban hold`, `toban wake`, `toban status` and `toban schedule apply`, against a control plane on moto."""

import json
import shlex
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from typer import Typer
from typer.testing import CliRunner, Result

from functions.night_scaling.policy import inventory, ledger
from toban import accept, control, hold, pause, savings, schedule, status, wake
from toban.control import Control, View
from toban.holding import HoldRequest, owner_slug, place

ROOT = Path(__file__).parents[3]
DEV = ROOT / "functions/night_scaling/schedules/dev.json"
REGION = "ap-northeast-1"
TOKYO = ZoneInfo("Asia/Tokyo")
EVENING = datetime(2026, 12, 8, 21, 50, tzinfo=TOKYO)  # a Tuesday; the night begins at 22:00
NIGHT = datetime(2026, 12, 8, 23, 30, tzinfo=TOKYO)
ROLE = "arn:aws:iam::123456789012:role/night-scaling"


def single(command: Any) -> Typer:
    app = Typer()
    app.command()(command)
    return app


APPS = {
    "hold": hold.app,
    "wake": single(wake.command),
    "status": single(status.command),
    "schedule": schedule.app,
    "pause": single(pause.command),
    "accept": single(accept.command),
    "savings": single(savings.command),
}


def toban(group: str, *words: str) -> Result:
    return CliRunner().invoke(APPS[group], list(words))


@pytest.fixture
def plane(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": REGION,
        "TOBAN_OWNER": "aoi",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("TOBAN_TWIN", raising=False)
    with mock_aws():
        boto3.client("dynamodb", region_name=REGION).create_table(
            TableName="toban-dev-control",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        )
        boto3.client("stepfunctions", region_name=REGION).create_state_machine(
            name="toban-dev-night-scaling",
            definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
            roleArn=ROLE,
        )
        yield


def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Lets the control plane's answers bear a date; moto's own would be the machine's clock."""
    monkeypatch.setattr(control, "parsedate_to_datetime", lambda _text: now)


def started() -> list[str]:
    states = boto3.client("stepfunctions", region_name=REGION)
    machine = states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    runs = states.list_executions(stateMachineArn=machine)["executions"]
    return [
        json.loads(states.describe_execution(executionArn=run["executionArn"])["input"])["cause"]
        for run in runs
    ]


def test_a_hold_before_the_night_is_listed_and_nothing_has_to_begin_now(
    plane: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, EVENING)
    placed = toban("hold", "add", "dev", "--until", "23:00", "--reason", "release 4.2")
    assert placed.stdout == "aoi-1: dev stays awake until Tue 2026-12-08 23:00\n"
    assert started() == []
    listed = toban("hold", "list", "dev").stdout
    assert listed == "aoi-1  keeps awake  Tue 2026-12-08 21:50 to Tue 2026-12-08 23:00  aoi: release 4.2\n"
    assert json.loads(toban("hold", "list", "dev", "--json").stdout)[0]["owner"] == "aoi"


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        (["--until", "23:00"], "Wed 2026-12-09 23:00"),
        (["--until", "next sleep"], "Wed 2026-12-09 22:00"),
        (["--until", "2026-12-09T06:00"], "Wed 2026-12-09 06:00"),
        (["--hours", "3"], "Wed 2026-12-09 02:30"),
    ],
)
def test_a_hold_at_night_wakes_at_once_and_ends_as_it_was_said(
    words: list[str], ends: str, plane: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NIGHT)
    placed = toban("hold", "add", "dev", *words, "--reason", "incident")
    assert placed.stdout == f"aoi-1: dev stays awake until {ends}; it goes from night to awake now\n"
    assert started() == ["hold"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--hours", "25"], "it may last 24"),
        (["--hours", "nan"], "is no length"),
        (["--hours", "0"], "is no length"),
        (["--hours", "-3"], "is no length"),
        (["--until", "soon"], "'soon' is no time"),
        ([], "in one way"),
        (["--until", "23:00", "--hours", "1"], "in one way"),
        (["--until", "23:45", "--reason", " "], "needs a reason"),
        (["--until", "23:45", "--sleep", "--mode", "deep"], "'deep' is no mode"),
    ],
)
def test_a_hold_that_breaks_a_rule_is_refused_and_nothing_is_written(
    words: list[str], sentence: str, plane: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NIGHT)
    refused = toban("hold", "add", "dev", "--reason", "incident", *words)
    assert refused.exit_code == 1
    assert sentence in refused.stderr
    assert toban("hold", "list", "dev").stdout == "nobody holds dev\n"


def test_an_owner_has_three_places_and_an_expired_hold_frees_its_own(
    plane: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, EVENING)
    for hour in ("23:00", "23:30", "23:45"):
        assert toban("hold", "add", "dev", "--until", hour, "--reason", "r").exit_code == 0
    full = toban("hold", "add", "dev", "--until", "23:50", "--reason", "r")
    assert "the most that one owner may have" in full.stderr
    assert toban("hold", "add", "dev", "--until", "23:50", "--reason", "r", "--owner", "ren").exit_code == 0
    at(monkeypatch, NIGHT)
    again = toban("hold", "add", "dev", "--until", "23:55", "--reason", "r")
    assert again.stdout.startswith("aoi-1: ")


def test_two_commands_at_once_cannot_pass_the_cap(plane: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each sees the table before the other writes: the second finds its place taken and looks again."""
    at(monkeypatch, EVENING)
    request = HoldRequest("keep_awake", reason="r", owner="aoi", until="23:00")
    reached = Control("dev", twin=None)
    stale = [reached.view()]
    fresh = Control.view

    def view(self: Control) -> View:
        return stale.pop() if stale else fresh(self)

    assert place(Control("dev", twin=None), request).startswith("aoi-1")
    monkeypatch.setattr(Control, "view", view)
    assert place(reached, request).startswith("aoi-2")


def test_a_removed_hold_lets_the_night_go_on_and_a_strange_one_is_named(
    plane: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NIGHT)
    toban("hold", "add", "dev", "--hours", "2", "--reason", "incident")
    assert "it has aoi-1" in toban("hold", "remove", "dev", "aoi-7").stderr
    gone = toban("hold", "remove", "dev", "aoi-1")
    assert gone.stdout == "aoi-1: removed; it goes from awake to night now\n"
    assert started() == ["hold", "hold"]


def test_sleep_now_takes_the_next_sleeps_mode_and_begins_at_once(
    plane: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, EVENING)
    placed = toban("hold", "add", "dev", "--sleep", "--until", "next sleep", "--reason", "nobody is here")
    assert (
        placed.stdout
        == "aoi-1: dev goes to night until Tue 2026-12-08 22:00; it goes from awake to night now\n"
    )


def test_a_wake_is_a_hold_of_two_hours_and_by_day_there_is_nothing_to_do(
    plane: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NIGHT)
    assert "until Wed 2026-12-09 01:30; it goes from night to awake now" in toban("wake", "dev").stdout
    assert toban("wake", "dev", "--again").stdout.startswith("started arn:")
    assert started() == ["wake", "hold"] or started() == ["hold", "wake"]
    at(monkeypatch, EVENING.replace(hour=12))
    day = toban("wake", "dev")
    assert day.exit_code == 0
    assert "is awake and stays so" in day.stdout


def test_status_says_what_holds_why_and_what_comes_next(plane: None, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, EVENING)
    toban("hold", "add", "dev", "--until", "23:00", "--reason", "release 4.2")
    found = json.loads(toban("status", "dev", "--json").stdout)
    assert (found["wanted"], found["is"]) == ("awake", "awake")
    assert found["reason"] == 'hold "aoi-1" of aoi: release 4.2'
    assert found["next_change"] == "night at Tue 2026-12-08 23:00"
    assert found["holds"] == ["aoi-1: keep_awake until Tue 2026-12-08 23:00, aoi: release 4.2"]
    assert "next change  night at Tue 2026-12-08 23:00" in toban("status", "dev").stdout


def test_a_document_is_put_in_force_without_a_deployment_and_a_bad_one_changes_nothing(
    plane: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    at(monkeypatch, EVENING)
    text = json.loads(DEV.read_text("utf-8"))
    text["windows"][0]["begin"] = "23:00"
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(text), "utf-8")
    bad.write_text("{}", "utf-8")
    assert toban("schedule", "apply", "dev", str(bad)).exit_code == 1
    assert toban("schedule", "apply", "prod", str(good)).exit_code == 2
    assert "22:00" in json.loads(toban("status", "dev", "--json").stdout)["next_change"]
    assert "is in force for dev" in toban("schedule", "apply", "dev", str(good)).stdout
    assert "23:00" in json.loads(toban("status", "dev", "--json").stdout)["next_change"]


def test_an_environment_without_a_control_plane_is_named(
    plane: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = toban("status", "prod")
    assert missing.exit_code == 1
    assert "no control plane for prod" in missing.stderr


def test_the_kill_switch_is_shown_and_switched_back(plane: None, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, EVENING)
    assert toban("pause", "dev").exit_code == 2
    assert "is paused" in toban("pause", "dev", "--reason", "incident 42").stdout
    found = json.loads(toban("status", "dev", "--json").stdout)
    assert found["paused"] == "paused by aoi: incident 42"
    assert "acts again" in toban("pause", "dev", "--off").stdout
    assert "paused" not in json.loads(toban("status", "dev", "--json").stdout)


def test_an_inventory_is_accepted_by_forgetting_what_was_there(
    plane: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, EVENING)
    table = Control("dev", twin=None).table
    table.write_note("dev", inventory.NOTE, {"workloads": 9}, over=0)
    assert "is forgotten" in toban("accept", "dev").stdout
    assert table.recall("dev").note(inventory.NOTE).values == {}


def test_savings_are_told_by_month_and_team(plane: None, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, EVENING)
    assert toban("savings", "dev").stdout == "dev has not slept yet\n"
    hour = 3600
    month = {
        "month": "2026-12",
        "saved": {"web|t3.medium": 90 * hour},
        "planned": {"web|t3.medium": 100 * hour},
    }
    Control("dev", twin=None).table.write_note("dev", ledger.NOTE, {**month, "wakes": 9}, over=0)
    told = toban("savings", "dev").stdout
    assert "2026-12: saved $4.90 of $5.44 planned, 9 wakes" in told
    assert json.loads(toban("savings", "dev", "--json").stdout)[0]["lines"][0]["team"] == "web"


class Twin(BaseHTTPRequestHandler):
    """Answers every Query with an empty table, on a day of its own."""

    protocol_version = "HTTP/1.0"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        body = json.dumps({"Items": [], "Count": 0}).encode()
        self.send_response_only(200)
        self.send_header("Date", "Tue, 08 Dec 2026 14:30:00 GMT")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def twin() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Twin)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_twin_is_reached_by_its_address_and_its_clock_is_the_one_that_counts(
    twin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    found = json.loads(toban("status", "dev", "--json", "--twin", twin).stdout)
    assert (found["now"], found["wanted"]) == ("Tue 2026-12-08 23:30", "night")
    monkeypatch.setenv("TOBAN_TWIN", twin)
    assert json.loads(toban("status", "dev", "--json").stdout) == found


def test_an_address_that_nobody_answers_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = toban("status", "dev", "--twin", "not an address")
    assert refused.exit_code == 2
    assert "is no address" in refused.stderr


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_owners_that_differ_never_share_a_place(one: str, other: str) -> None:
    assert (owner_slug(one) == owner_slug(other)) == (one == other)


def test_every_command_of_the_page_does_what_it_says(plane: None, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs/capabilities/night_scaling.md").read_text("utf-8")
    stories = [
        [shlex.split(line, comments=True)[2:] for line in block.splitlines() if line.startswith("$ toban ")]
        for block in page.split("```console\n")[1:]
    ]
    at(monkeypatch, NIGHT)
    assert sum(map(len, stories)) >= 7
    for commands in stories:
        for group, *words in commands:
            answer = toban(group, *words)
            assert answer.exit_code == 0, (group, words, answer.stderr)
        for held in json.loads(toban("hold", "list", "dev", "--json").stdout):
            assert toban("hold", "remove", "dev", held["id"]).exit_code == 0


def test_a_twin_that_does_not_answer_is_said_to_be_one() -> None:
    asked = toban("hold", "list", "dev", "--twin", "http://127.0.0.1:9")
    assert asked.exit_code == 1
    assert "no twin answers at http://127.0.0.1:9" in asked.stderr
