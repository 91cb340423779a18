"""Any service in any state: facts as the published schema allows them, most of them plausible."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.unit.remediation.cases import LADDERS, NOW, ago, ahead, alarm

SERVICES = ["api"]
UNREADABLE = st.sampled_from(["error", "timeout", "empty", "cut_off"]).map(lambda why: {"unreadable": why})
minutes = st.sampled_from([0, 1, 4, 9, 14, 16, 29, 31, 61, 90, 300, 1500])
small = st.integers(0, 12)
percent = st.sampled_from([0, 20, 50, 70, 82, 90, 100])
RUNGS = ["evict_pod", "cordon_node", "rolling_restart", "raise_max_replicas", "rollback", "degraded_mode"]


def mostly(usual: st.SearchStrategy[Any], rare: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 11).flatmap(lambda n: rare if n == 0 else usual)


def maybe(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | value


def fixed(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(members)


templates = st.sampled_from(["a", "b", "c", "d"])
pod = fixed(
    ready=st.booleans(),
    node=maybe(st.sampled_from(["n0", "n1", "n2"])),
    template=templates,
    started_at=minutes.map(lambda m: ago(m * 10)),
    cpu_percent=percent,
    memory_percent=percent,
    errors_percent=st.sampled_from([0, 1, 60]),
    p95_ms=st.sampled_from([100, 900]),
    pending=maybe(st.sampled_from(["cpu", "room"])),
    crash_looping=st.booleans(),
)
pods = st.lists(pod, max_size=6).map(
    lambda found: [{"name": f"p{n}", **each} for n, each in enumerate(found)]
)
node = fixed(
    zone=st.sampled_from(["z0", "z1"]),
    ready=st.integers(0, 4).map(bool),
    cordoned=st.booleans(),
    cordoned_by_us=st.booleans(),
    cpu_percent=percent,
    memory_pressure=st.booleans(),
)
nodes = st.lists(node, max_size=6).map(
    lambda found: [{"name": f"n{n}", **each} for n, each in enumerate(found)]
)
stints = st.lists(
    fixed(key=templates, first_alarm=maybe(minutes.map(ago)), blamed=st.booleans()), min_size=1, max_size=5
).map(
    lambda found: [
        {**each, "began": ago(10 + 25 * n), "ended": ago(10 + 25 * (n - 1)) if n else None}
        for n, each in enumerate(found)
    ]
)
session = fixed(
    backend_start=st.just(ago(99)),
    state=st.sampled_from(["active", "idle", "idle in transaction"]),
    since=minutes.map(ago),
    role=st.sampled_from(["task_api", "rdsadmin"]),
    purpose=st.sampled_from(["application", "migration"]),
    pod=maybe(st.sampled_from(["p0", "p1"])),
)
sessions = st.lists(session, max_size=15).map(
    lambda found: [{"pid": n + 1, **each} for n, each in enumerate(found)]
)
SOURCES: dict[str, st.SearchStrategy[Any]] = {
    "workload": fixed(
        kind=st.sampled_from(["Deployment", "Rollout"]),
        desired=small,
        ready=small,
        max_unavailable=st.integers(0, 3),
        max_surge=st.integers(0, 3),
        paused=st.integers(0, 5).map(lambda n: n == 0),
        gitops=maybe(fixed(self_heals=st.booleans())),
    ),
    "autoscaler": maybe(fixed(min=st.integers(1, 5), max=st.integers(5, 16), current=small, wanted=small)),
    "pods": pods,
    "nodes": nodes,
    "nodegroup": fixed(
        name=st.just("g"),
        owner=st.sampled_from(["nobody", "cluster_autoscaler", "karpenter", "node_repair"]),
        min=st.just(1),
        desired=st.integers(1, 5),
        max=st.integers(5, 6),
    ),
    "room": fixed(pods=small, instances=st.integers(0, 2)),
    "targets": fixed(
        healthy=small, unhealthy_pods=st.lists(st.sampled_from(["p0", "p1", "p2"]), unique=True)
    ),
    "metrics": fixed(
        cpu_percent=percent,
        memory_follows=st.sampled_from(["traffic", "release", "neither"]),
        errors_from=st.sampled_from(["targets", "no_targets"]),
        dependency=maybe(st.just("mail")),
        database_slow=st.booleans(),
    ),
    "database": fixed(
        max_connections=st.sampled_from([50, 100, 200]),
        connections=st.integers(0, 200),
        pool_size=st.integers(1, 12),
        others=st.integers(0, 60),
        reserve=st.integers(0, 10),
        available=st.integers(0, 5).map(bool),
    ),
    "sessions": sessions,
    "ledger": fixed(
        stints=stints,
        migrations=st.lists(
            fixed(kind=st.sampled_from(["expand", "contract"]), at=minutes.map(ago)), max_size=2
        ),
    ),
    "api_mode": st.sampled_from(["normal", "degraded"]),
    "burn": fixed(
        rates=fixed(**{"1h": percent, "5m": percent, "1d": st.integers(0, 5), "2h": st.integers(0, 5)}),
        budget_left_percent=st.sampled_from([-5, 0, 40]),
    ),
}
lock = fixed(
    capability=st.sampled_from(["chaos", "night_scaling", "release", "remediation"]),
    execution=st.just("e"),
    leased_until=st.sampled_from([ago(1), ahead(5)]),
)
GATES: dict[str, st.SearchStrategy[Any]] = {
    "pause": mostly(st.none(), st.just({"by": "aya", "reason": "x"})),
    "mutes": mostly(st.just([]), st.just([{"name": "m", "alarms": ["High CPU Usage (dev)"]}])),
    "maintenance": mostly(st.none(), st.just({"reason": "x", "until": ahead(5)})),
    "lock": mostly(st.none(), lock),
    "asleep": mostly(st.just(False), st.just(True)),  # noqa: FBT003 - a value
    "rollout": maybe(
        fixed(
            in_progress=st.booleans(),
            began=minutes.map(ago),
            deadline=maybe(st.sampled_from([ago(1), ahead(5)])),
            previous_ready=st.integers(0, 4),
        )
    ),
}
run = fixed(
    service=st.sampled_from(["api", "web"]),
    began=minutes.map(lambda m: ago(m * 3)),
    outcome=st.sampled_from(["effective", "ineffective", "harmful", "inconclusive", "waited", "shadow"]),
    changes=st.integers(0, 2),
)
runs = st.lists(run, max_size=4).map(lambda found: [{"id": f"r{n}", **each} for n, each in enumerate(found)])
at_work = fixed(
    id=st.just("mine"),
    ladder=st.sampled_from(LADDERS),
    alarm=st.just("a"),
    phase=st.sampled_from(["deciding", "asking", "settling", "holding"]),
    changes=st.integers(0, 2),
    tried=st.lists(st.sampled_from(RUNGS), max_size=2),
    handed_on=st.lists(st.sampled_from(LADDERS), max_size=1),
    answer=maybe(st.sampled_from(["waiting", "approved", "denied", "expired"])),
    asked_for=maybe(st.sampled_from(RUNGS)),
)
histories = mostly(st.none(), UNREADABLE) | fixed(
    runs=runs, at_work=mostly(st.none(), at_work) | at_work, replicas_rose_at=maybe(minutes.map(ago))
)
alarms = st.lists(
    st.tuples(st.sampled_from([*LADDERS, "page", "diagnose"]), minutes),
    max_size=4,
    unique_by=lambda pair: pair[0],
).map(lambda found: [alarm(does, since=since) for does, since in found])
worlds = fixed(
    now=st.just(NOW.isoformat()),
    service=st.just("api"),
    alarms=mostly(alarms, UNREADABLE),
    history=histories,
    snapshot=fixed(
        **{name: mostly(found, UNREADABLE) for name, found in GATES.items()},
        **{name: mostly(found, UNREADABLE) for name, found in SOURCES.items()},
    ),
)

# The same with every gate open, and illnesses as they come: one pod, all pods, one node.
few_ill = st.sampled_from(["one", "all", "none"])


def ill_pods(which: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    sick = {"cpu_percent": 95, "memory_percent": 95, "errors_percent": 60, "p95_ms": 900}
    ill = {"one": lambda n: n == 0, "all": lambda _: True, "none": lambda _: False}[which]
    return st.tuples(st.integers(2, 6), st.booleans(), st.sampled_from(["a", "b"])).map(
        lambda drawn: [
            {
                "name": f"p{n}",
                "ready": drawn[1] or n > 1,
                "node": f"n{n % 2}",
                "template": drawn[2],
                "started_at": ago(60 * 40),
                **(sick if ill(n) else {}),
            }
            for n in range(drawn[0])
        ]
    )


open_worlds = fixed(
    now=st.just(NOW.isoformat()),
    service=st.just("api"),
    alarms=st.sampled_from(LADDERS).map(lambda does: [alarm(does)]),
    history=mostly(st.none(), histories) | fixed(replicas_rose_at=minutes.map(ago)),
    snapshot=fixed(
        asleep=st.just(False),  # noqa: FBT003 - a value
        mutes=st.just([]),
        **{name: st.none() for name in ("pause", "maintenance", "lock", "rollout")},
        **{
            **{
                name: st.integers(0, 30).flatmap(lambda n, f=found: UNREADABLE if n == 0 else f)
                for name, found in SOURCES.items()
            },
            "pods": few_ill.flatmap(ill_pods) | pods,
            "workload": SOURCES["workload"].map(
                lambda found: {**found, "desired": found["desired"] + 2, "gitops": None}
            ),
        },
    ),
)
