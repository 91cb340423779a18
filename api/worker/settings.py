"""What may differ between two deployments of the worker; it holds no signing key and knows no Redis."""

from pydantic import Field

from api.bounds import Seconds
from api.settings import DatabaseSettings


class WorkerSettings(DatabaseSettings):
    """Every setting of the worker; the environment variable is the name in upper case."""

    host: str = Field(default="127.0.0.1", description="Address of the probes; 0.0.0.0 inside a container")
    worker_port: int = Field(default=8081, ge=0, le=65535, description="Port of /health and /metrics")
    worker_slots: int = Field(default=4, ge=1, le=64, description="Jobs of this process at the same time")
    worker_poll_s: Seconds = Field(default=1.0, description="Wait for the next look when nothing was due")
    worker_job_s: Seconds = Field(
        default=20.0, description="Longest run of one job before it counts as failed"
    )
    worker_lease_s: Seconds = Field(
        default=60.0, description="After this a silent worker's job is taken over; above worker_job_s"
    )
    heartbeat_s: Seconds = Field(default=60.0, description="Interval of the row that a measured RPO needs")
