"""Scrapes a week: every exporter is asked once for each look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.monitoring import application, cluster, data
from twin.monitoring.openmetrics import Samples

if TYPE_CHECKING:
    from twin.monitoring.week import Week

EXPORTERS = (
    cluster.state,
    cluster.nodes,
    cluster.targets,
    application.api,
    application.worker,
    data.stores,
    data.backups,
    data.volumes,
)


def scraped(week: Week) -> Samples:
    """Returns all that Prometheus would have scraped in the week, by the twin's facts and the load model."""
    samples = Samples()
    for facts in week.looks:
        samples.at = int(facts.at.timestamp())
        for expose in EXPORTERS:
            expose(samples, facts)
    return samples
