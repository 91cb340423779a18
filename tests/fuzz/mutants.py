"""Promises broken on purpose, each by one change of the code, and how each is noticed.

`toban bench night_mutants` applies each to a copy, plays the twenty seeds of the tests, and, when they notice
nothing, the named stories.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("functions", "tests", "statemachines", "pyproject.toml")
NAMED = "tests/unit/night_scaling/test_"
STORIES = (
    f"{NAMED}refusals.py",
    "tests/unit/runs",
    f"{NAMED}telling.py",
    f"{NAMED}safety.py",
    f"{NAMED}wake.py",
    f"{NAMED}compare.py",
    f"{NAMED}policy.py",
    f"{NAMED}nodes_that_stay.py",
    f"{NAMED}faults.py",
    f"{NAMED}money.py",
    "tests/unit/night_scaling/schedule/test_document.py",
    f"{NAMED}short_sleeps.py",
    f"{NAMED}words.py",
    "tests/integration/test_adapters.py",
)
"""The named stories, those that notice most first."""
FIRST, SEEDS = 4, 20
"""Seeds that are played before the named stories, and all of them: what seeds notice, the first mostly do."""
FEW = ("1: min is lowered", "2: CronJobs come back", "4: a protected workload")
"""What `make test` breaks; all of them is the bench's."""


class Mutant(NamedTuple):
    """One change: in a file below `functions/`, text becomes other text; `breaks` says which promise."""

    file: str
    old: str
    new: str
    breaks: str


NIGHT = "night_scaling/"
MUTANTS = (
    Mutant(NIGHT + "policy/nodes_that_stay.py", "min(size.min, kept)", "size.min", "1: min is lowered"),
    Mutant(
        NIGHT + "policy/nodes_that_stay.py",
        "left -= kept",
        "left -= 0",
        "1: a mode's nodes are those of all groups",
    ),
    Mutant(
        NIGHT + "policy/verification.py",
        "if sleeps and surplus and not",
        "if False and not",
        "1: nodes are gone",
    ),
    Mutant(
        NIGHT + "policy/verification.py",
        "if sleeps and now.replicas > wanted.replicas and not theirs",
        "if False",
        "1: workloads are down",
    ),
    Mutant(
        NIGHT + "policy/verification.py",
        "if status is not None and status not in wanted",
        "if False",
        "3: databases are seen",
    ),
    Mutant(
        NIGHT + "policy/snapshot.py",
        '"cronjobs": [cronjob',
        '"cronjobs": [] and [cronjob',
        "2: CronJobs come back",
    ),
    Mutant(
        NIGHT + "actions/snapshot.py",
        "fallback.before_loans(sizes, fallback.read_loans(lent.values))",
        "sizes",
        "2: a loan ends",
    ),
    Mutant(
        NIGHT + "policy/three_way.py",
        "snapshot.left.get(name, ours.desired)",
        "ours.desired",
        "2: what a sleep left is nobody's change",
    ),
    Mutant(
        NIGHT + "policy/three_way.py",
        "max(saved, now) if now > left else now",
        "saved",
        "2: a person's change",
    ),
    Mutant(
        NIGHT + "actions/scale.py",
        "beside = () if sleeps else desired.workloads",
        "beside = ()",
        "2: opted out",
    ),
    Mutant(NIGHT + "steps/await_nodes.py", "if node.cordoned_by_toban]", "if False]", "2: nodes are opened"),
    Mutant(
        NIGHT + "policy/desired_capacity.py", "min(workload.replicas, workload.ready)", "0", "3: a wake owes"
    ),
    Mutant(
        NIGHT + "policy/desired_capacity.py",
        "min(workload.replicas, workload.ready)",
        "workload.replicas",
        "3: a wake owes no more than was ready",
    ),
    Mutant(
        NIGHT + "policy/verification.py", "if not sleeps and ready < needed", "if False", "3: nodes are Ready"
    ),
    Mutant(
        NIGHT + "policy/verification.py",
        'if sleeps != (desired.database == "stopped")',
        "if False",
        "3: a wake waits for no database that stays down",
    ),
    Mutant(
        NIGHT + "policy/eligible.py",
        "if name not in protected.nodegroups",
        "if True",
        "4: a protected node group",
    ),
    Mutant(
        NIGHT + "policy/eligible.py",
        "return workload.namespace in protected.namespaces or name in protected.workloads",
        "return False",
        "4: a protected workload",
    ),
    Mutant(
        NIGHT + "actions/drain.py",
        "return pod.kept_because is not None and not pod.leaving",
        "return False",
        "5: a pod that would be lost",
    ),
    Mutant(
        NIGHT + "actions/drain.py",
        "if node.cordoned_by_toban or not node.cordoned)",
        "if True)",
        "5: a cordon",
    ),
    Mutant(
        NIGHT + "actions/drain.py",
        "max(1, len(group) * context.plan.share_percent // 100)",
        "len(group)",
        "6: the share",
    ),
    Mutant(
        NIGHT + "actions/drain.py",
        "room -= drained[-1].moved or drained[-1].empty",
        "room -= not drained[-1].blockers",
        "6: a node that is half held counts",
    ),
    Mutant(NIGHT + "actions/drain.py", "empty=not pods", "empty=True", "6: a node is empty before it goes"),
    Mutant(
        NIGHT + "actions/lower.py",
        "group.size._replace(min=lowest)",
        "context.desired.sizes[name]",
        "6: drained",
    ),
    # Two fences hold this promise, so that either may fall alone; without a lasting name both do.
    Mutant(
        "runs/notifying.py",
        "hashlib.sha256(key.encode())",
        "hashlib.sha256(str(object()).encode())",
        "7: told once",
    ),
    Mutant(
        "runs/notifying.py",
        """        ports.alarm.untold(to, message.subject)
        return
    try:
        topic""",
        """        ports.alarm.untold(to, message.subject)
    try:
        topic""",
        "7: who cannot remember does not tell",
    ),
    Mutant(
        "runs/notifying.py",
        "before is None or _last(record.pages[key]) <= before",
        "True",
        "7: what flaps is one cause",
    ),
    Mutant(
        "runs/give_up.py", "        ports.alarm.untold(to, sentence)\n", "", "7: a table that is down is told"
    ),
    Mutant(
        NIGHT + "actions/housekeeping.py",
        "notify(Audience.ON_DUTY, notices.LATE, late)",
        "pass",
        "7: a missed opening is told",
    ),
    Mutant(
        NIGHT + "actions/housekeeping.py",
        "        with suppress(OpsError, KeyError, TypeError, ValueError):\n            remember(",
        "        if True:\n            remember(",
        "8: what is convenient fails no tick",
    ),
    Mutant(
        "runs/batch.py",
        "        except OpsError as error:",
        "        except KeyError as error:",
        "9: one refusal",
    ),
    Mutant(
        NIGHT + "actions/drain.py",
        """        except OpsError as error:
            sentence = f""",
        """        except KeyError as error:
            sentence = f""",
        "9: one eviction without an answer",
    ),
    Mutant(
        NIGHT + "steps/stop_databases.py",
        "except Invalid as error",
        "except KeyError as error",
        "9: a database that AWS refuses",
    ),
    Mutant(
        NIGHT + "policy/databases.py",
        "for name, database in running.items() if database.never_stops is None",
        "for name, database in running.items()",
        "9: a database that AWS never stops",
    ),
    Mutant(
        NIGHT + "policy/decision.py",
        """    if facts.paused:
        return""",
        """    if False:
        return""",
        "10: a pause stops every change",
    ),
    Mutant(
        "runs/resume.py", "    if paused:\n", "    if False:\n", "10: a pause stops a run that is under way"
    ),
    Mutant(
        NIGHT + "schedule/rules.py",
        "if freeze.mode != AWAKE and freeze.end - freeze.begin <= document.lead",
        "if False",
        "11: what is accepted has an effect",
    ),
    Mutant(
        NIGHT + "policy/verification.py",
        "yield from _autoscaler(wanted, now, sleeps=sleeps)",
        "yield from ()",
        "2: an autoscaler's bounds come back",
    ),
    Mutant(
        NIGHT + "policy/three_way.py",
        "if scaled_object and scaled_object.paused is not None:",
        "if False:",
        "2: a person's pause of KEDA",
    ),
    Mutant(
        NIGHT + "policy/desired_capacity.py",
        "return min(owed, max(now.replicas, workload.bounds.min if workload.bounds else 0))",
        "return owed",
        "3: what an autoscaler asks for",
    ),
    Mutant(
        NIGHT + "actions/housekeeping.py",
        "if planned.decision.action not in CHANGES:",
        "if True:",
        "7: what ends together is one notice",
    ),
    Mutant(
        "adapters/alarm.py",
        'EphemeralMetrics(namespace=NAMESPACE, service="")',
        "EphemeralMetrics(namespace=NAMESPACE)",
        "7: an alarm that rings",
    ),
    Mutant(
        NIGHT + "policy/short_sleeps.py",
        "if lead <= document.lead:",
        "if True:",
        "11: a window that wakes have outgrown",
    ),
    Mutant(
        NIGHT + "schedule/rules.py",
        "elif group.fallback in document.protected.nodegroups:",
        "elif False:",
        "4: a protected group lends nothing",
    ),
    Mutant(
        "core/instants.py", "if found.tzinfo is None:", "if False:", "11: a time without an offset is refused"
    ),
)


def noticed_by(mutant: Mutant, copy: Path) -> str | None:
    """Returns what notices a mutant, `seeds` or `stories`; None when nothing does.

    Args:
        mutant: The change.
        copy: A folder that does not exist yet.
    """
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            copy.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy / name)
    path = copy / "functions" / mutant.file
    text = path.read_text("utf-8")
    path.write_text(text.replace(mutant.old, mutant.new, 1), "utf-8")
    try:
        if _fails(copy, "-m", "tests.fuzz.hunt", "0", str(FIRST)):
            return "seeds"
        if _fails(copy, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *STORIES):
            return "stories"
        return "seeds" if _fails(copy, "-m", "tests.fuzz.hunt", str(FIRST), str(SEEDS)) else None
    finally:
        shutil.rmtree(copy)


def _fails(copy: Path, *arguments: str) -> bool:
    ended = subprocess.run(  # noqa: S603 - our own interpreter on our own modules
        [sys.executable, *arguments],
        cwd=copy,
        env={"PYTHONPATH": str(copy)},
        capture_output=True,
        check=False,
    )
    return ended.returncode != 0
