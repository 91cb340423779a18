"""Jobs run to their end, and CronJobs make them when their schedule says so."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from twin.cluster.cron_schedule import ScheduleError, parse

if TYPE_CHECKING:
    from tests.unit.twin.cluster.conftest import Bench

CRON = "/apis/batch/v1/namespaces/app-production/cronjobs/report"


def _job_spec(runs_for: int = 60, exits_with: int = 0, **spec: Any) -> dict[str, Any]:
    notes = {"toban.dev/runs-for-seconds": str(runs_for), "toban.dev/exits-with": str(exits_with)}
    container = {"name": "report", "image": "report:1"}
    template = {
        "metadata": {"annotations": notes},
        "spec": {"restartPolicy": "Never", "containers": [container]},
    }
    return {"template": template, **spec}


def _job(bench: Bench, **spec: Any) -> None:
    meta = {"name": "report", "namespace": "app-production"}
    bench.cluster.apply(
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": _job_spec(**spec)}
    )


def _cron(bench: Bench, job: dict[str, Any] | None = None, **spec: Any) -> None:
    meta = {"name": "report", "namespace": "app-production"}
    body = {"schedule": "30 2 * * *", "jobTemplate": {"spec": job or _job_spec()}, **spec}
    bench.cluster.apply({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta, "spec": body})


def _jobs(bench: Bench) -> list[dict[str, Any]]:
    return bench.cluster.objects.listing("jobs.batch", "app-production")


def _births(bench: Bench) -> list[str]:
    return [job["metadata"]["creationTimestamp"][11:16] for job in _jobs(bench)]


@pytest.fixture(autouse=True)
def _a_node(bench: Bench) -> None:
    bench.add_nodes("n1")


def test_a_job_runs_its_pod_to_the_end(bench: Bench) -> None:
    _job(bench, runs_for=60)
    bench.run(seconds=79)
    assert bench.get("jobs.batch", "report")["status"]["active"] == 1
    bench.run(seconds=1)
    status = bench.get("jobs.batch", "report")["status"]
    assert (status["succeeded"], "active" in status) == (1, False)
    assert status["completionTime"] == "2026-11-02T00:01:20Z"
    assert bench.condition("jobs.batch", "report", "Complete")["status"] == "True"
    assert [pod["status"]["phase"] for pod in bench.pods()] == ["Succeeded"]


def test_a_job_of_many_runs_as_many_at_once_as_it_may(bench: Bench) -> None:
    _job(bench, completions=5, parallelism=2)
    bench.run(seconds=30)
    assert bench.get("jobs.batch", "report")["status"]["active"] == 2
    bench.run(minutes=10)
    assert bench.get("jobs.batch", "report")["status"]["succeeded"] == 5


def test_a_failing_job_is_tried_again_with_growing_pauses_and_then_given_up(bench: Bench) -> None:
    _job(bench, exits_with=1, backoffLimit=2)
    bench.run(hours=1)
    births = [datetime.fromisoformat(pod["metadata"]["creationTimestamp"]) for pod in bench.pods()]
    births.sort()
    # Each pod needs 20 s to start and 60 s to fail; then the pause.
    assert [(late - early).total_seconds() for early, late in itertools.pairwise(births)] == [
        90,
        100,
    ]
    assert bench.condition("jobs.batch", "report", "Failed")["reason"] == "BackoffLimitExceeded"
    assert bench.get("jobs.batch", "report")["status"]["failed"] == 3


def test_a_job_beyond_its_deadline_is_ended(bench: Bench) -> None:
    _job(bench, runs_for=3600, activeDeadlineSeconds=120)
    bench.run(seconds=130)
    assert bench.condition("jobs.batch", "report", "Failed")["reason"] == "DeadlineExceeded"
    assert bench.pods() == []


def test_a_suspended_job_runs_only_once_it_is_let_go(bench: Bench) -> None:
    _job(bench, suspend=True)
    bench.run(minutes=5)
    assert bench.pods() == []
    assert bench.condition("jobs.batch", "report", "Suspended")["status"] == "True"
    bench.patch("/apis/batch/v1/namespaces/app-production/jobs/report", {"spec": {"suspend": False}})
    bench.run(minutes=5)
    assert bench.get("jobs.batch", "report")["status"]["succeeded"] == 1


def test_a_finished_job_goes_after_its_time_to_live(bench: Bench) -> None:
    _job(bench, ttlSecondsAfterFinished=600)
    bench.run(seconds=80 + 599)
    assert len(_jobs(bench)) == 1
    bench.run(seconds=1)
    assert _jobs(bench) == []


def test_a_cronjob_fires_in_its_own_time_zone(bench: Bench) -> None:
    _cron(bench, timeZone="Asia/Tokyo")
    bench.run(days=2)
    assert _births(bench) == ["17:30", "17:30"]
    status = bench.get("cronjobs.batch", "report")["status"]
    assert status["lastScheduleTime"] == "2026-11-03T17:30:00Z"
    assert status["lastSuccessfulTime"] == "2026-11-03T17:31:20Z"


def test_a_suspended_cronjob_is_silent_and_starts_the_last_missed_run_when_resumed(bench: Bench) -> None:
    _cron(bench, suspend=True)
    bench.run(days=3, hours=12)
    assert _jobs(bench) == []
    bench.patch(CRON, {"spec": {"suspend": False}})
    assert _births(bench) == ["12:00"]


def test_a_starting_deadline_lets_missed_runs_go(bench: Bench) -> None:
    _cron(bench, suspend=True, startingDeadlineSeconds=600)
    bench.run(days=3, hours=12)
    bench.patch(CRON, {"spec": {"suspend": False}})
    assert _jobs(bench) == []
    bench.run(days=1)
    assert _births(bench) == ["02:30"]


@pytest.mark.parametrize(("policy", "jobs"), [("Allow", 3), ("Forbid", 1), ("Replace", 1)])
def test_a_concurrency_policy_decides_about_a_run_that_lasts(bench: Bench, policy: str, jobs: int) -> None:
    _cron(bench, _job_spec(runs_for=7200), schedule="*/10 * * * *", concurrencyPolicy=policy)
    bench.run(minutes=35)
    assert len(_jobs(bench)) == jobs
    first = "00:30" if policy == "Replace" else "00:10"
    assert _births(bench)[0] == first


def test_only_the_newest_finished_jobs_are_kept(bench: Bench) -> None:
    _cron(bench, schedule="0 * * * *", successfulJobsHistoryLimit=2)
    bench.run(hours=6, minutes=30)
    assert _births(bench) == ["05:00", "06:00"]
    assert len(bench.pods()) == 2


@pytest.mark.parametrize(
    ("schedule", "zone", "word"),
    [
        ("61 * * * *", None, "minute"),
        ("0 0 * *", None, "5 fields"),
        ("0 0 * * *", "Mars/Base", "unknown time zone"),
    ],
)
def test_a_schedule_that_cannot_be_read_is_refused(schedule: str, zone: str | None, word: str) -> None:
    with pytest.raises(ScheduleError, match=word):
        parse(schedule, zone)


def test_a_local_time_that_spring_skips_does_not_fire() -> None:
    rome = ZoneInfo("Europe/Rome")
    fires = parse("30 2 * * *", "Europe/Rome").next_after(datetime(2027, 3, 27, 12, tzinfo=UTC))
    assert fires is not None
    assert fires.astimezone(rome).strftime("%d %H:%M") == "29 02:30"


def test_a_local_time_that_autumn_repeats_fires_once() -> None:
    schedule, fires = parse("30 2 * * *", "Europe/Rome"), datetime(2026, 10, 24, 12, tzinfo=UTC)
    found = []
    while (fires := schedule.next_after(fires) or fires) < datetime(2026, 10, 27, tzinfo=UTC):
        found.append(fires)
    assert [late - early for early, late in itertools.pairwise(found)] == [timedelta(hours=25)]
