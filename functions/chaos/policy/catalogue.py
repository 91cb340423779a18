"""The twelve faults: what each takes, what it needs to know, and how it ends."""

from typing import Final, Literal, NamedTuple

Unit = Literal["pods", "nodes", "zone", "database", "cache"]
"""What a fault takes."""


class Fault(NamedTuple):
    """One row of the catalogue.

    Attributes:
        name: As a document spells it.
        unit: What it takes.
        what: What it does, in a phrase.
        proves: What a passing run shows.
        how: What injects it.
        reverts: How it ends.
        parameters: Keys of the document's `parameters`; those that end in `?` may be left out.
        one_shot: Whether it is over at once; its duration is then the time that is watched.
    """

    name: str
    unit: Unit
    what: str
    proves: str
    how: str
    reverts: str
    parameters: tuple[str, ...] = ()
    one_shot: bool = False


FAULTS: Final = {
    fault.name: fault
    for fault in (
        Fault(
            "pod-kill",
            "pods",
            "kills pods",
            "A lost pod is replaced unnoticed: graceful ending, retries and the budget hold.",
            "Chaos Mesh PodChaos pod-kill; an eviction where FIS is absent",
            "one-shot: the pod is scheduled again",
            one_shot=True,
        ),
        Fault(
            "pod-unavailable",
            "pods",
            "makes pods unavailable",
            "Readiness tells the truth: no request reaches a pod that cannot answer.",
            "Chaos Mesh PodChaos pod-failure",
            "by its duration",
        ),
        Fault(
            "latency",
            "pods",
            "delays the packets of pods",
            "Time-outs are shorter than people's patience, and a slow dependency does not fill the pool.",
            "Chaos Mesh NetworkChaos delay",
            "by its duration",
            ("toward", "delay_ms", "jitter_ms?"),
        ),
        Fault(
            "loss",
            "pods",
            "loses packets of pods",
            "Retries and kept connections outlive a bad network.",
            "Chaos Mesh NetworkChaos loss",
            "by its duration",
            ("toward", "loss_percent"),
        ),
        Fault(
            "partition",
            "pods",
            "cuts pods off from a dependency",
            "What needs the dependency says so at once, and what does not need it goes on.",
            "Chaos Mesh NetworkChaos partition",
            "by its duration",
            ("toward",),
        ),
        Fault(
            "cpu",
            "pods",
            "takes the processor from pods",
            "The autoscaler adds pods before callers wait.",
            "Chaos Mesh StressChaos cpu",
            "by its duration",
            ("workers", "load_percent"),
        ),
        Fault(
            "memory",
            "pods",
            "takes memory from pods",
            "A pod that meets its limit is replaced alone, and its neighbours stay.",
            "Chaos Mesh StressChaos memory",
            "by its duration",
            ("workers", "megabytes"),
        ),
        Fault(
            "dependency-errors",
            "pods",
            "lets a dependency's name fail",
            "An error of a dependency becomes an honest answer, and the connection comes back afterwards.",
            "Chaos Mesh DNSChaos error",
            "by its duration",
            ("toward",),
        ),
        Fault(
            "node-loss",
            "nodes",
            "ends nodes",
            "Pods are spread over nodes, and the group replaces a node by itself.",
            "FIS aws:eks:terminate-nodegroup-instances",
            "irreversible: the group replaces the node",
            one_shot=True,
        ),
        Fault(
            "zone-outage",
            "zone",
            "makes the pods of one zone unavailable",
            "The other zones carry the load alone.",
            "Chaos Mesh PodChaos pod-failure by the zone's nodes",
            "by its duration",
        ),
        Fault(
            "database-failover",
            "database",
            "fails the database over to its other zone",
            "Pools reconnect by themselves after the writer has moved.",
            "FIS aws:rds:reboot-db-instances with forceFailover",
            "one-shot: the standby is the writer",
            one_shot=True,
        ),
        Fault(
            "cache-failover",
            "cache",
            "takes the power from the cache's primary zone",
            "The cache may be lost: sessions and limits are decided without it, and it comes back.",
            "FIS aws:elasticache:replicationgroup-interrupt-az-power",
            "by its duration",
        ),
    )
}

BLAST_SOURCES: Final[dict[Unit, tuple[str, ...]]] = {
    "pods": ("workloads",),
    "nodes": ("workloads", "nodes"),
    "zone": ("workloads",),
    "database": ("databases",),
    "cache": ("caches",),
}
"""Sources that tell how many would be hit."""

SOURCES_OF: Final[dict[Unit, frozenset[str]]] = {
    unit: frozenset({*sources, *(("copies",) if unit == "database" else ())})
    for unit, sources in BLAST_SOURCES.items()
}
"""Sources that only some faults need; every other source is a gate of all."""

GRAVE: Final = frozenset({"nodes", "zone", "database", "cache"})
"""Units that need a person's yes in every environment."""
