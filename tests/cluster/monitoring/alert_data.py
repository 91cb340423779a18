"""For each alert, series that should fire it and that should not, a minute a value; and when to look."""

API = 'namespace="app-production",app="api-service",pod="api-1"'
DUE = "0+600x300"


def answers(status: str) -> str:
    return f'http_request_duration_seconds_count{{{API},status="{status}"}}'


def bucket(le: str) -> str:
    return f'http_request_duration_seconds_bucket{{{API},le="{le}"}}'


def errors(bad: float) -> dict[str, str]:
    """600 requests a minute, of which `bad` fail."""
    return {answers("200"): f"0+{600 - bad}x300", answers("500"): f"0+{bad}x300"}


def workload(metric: str, value: str, **labels: str) -> dict[str, str]:
    text = ",".join(f'{name}="{word}"' for name, word in labels.items())
    return {f"{metric}{{{text}}}": value}


APP = {"namespace": "app-production"}
HPA = {**APP, "horizontalpodautoscaler": "api-service-hpa"}
DEPLOYMENT = {**APP, "deployment": "api-service"}
POD = {**APP, "pod": "api-1", "container": "api"}
CLAIM = {"namespace": "monitoring", "persistentvolumeclaim": "data-prometheus-0"}
NODE = {"node": "n1", "condition": "Ready", "status": "true"}
CPU = {"instance": "n1", "cpu": "0", "mode": "idle"}

Case = tuple[dict[str, str], dict[str, str], str]

CASES: dict[str, Case] = {
    "ApiErrorBudgetBurnsFast": (errors(12), errors(0.3), "2h"),
    "ApiErrorBudgetBurnsSlowly": (errors(2.4), errors(0.3), "5h"),
    "ApiErrorRateHigh": (errors(36), errors(24), "15m"),
    "ApiLatencyHigh": (
        {bucket("0.5"): "0+500x300", bucket("1.0"): DUE, bucket("+Inf"): DUE},
        {bucket("0.5"): "0+590x300", bucket("1.0"): DUE, bucket("+Inf"): DUE},
        "15m",
    ),
    "ApiTooFewReady": (
        workload("kube_deployment_status_replicas_available", "1x60", **DEPLOYMENT),
        workload("kube_deployment_status_replicas_available", "2x60", **DEPLOYMENT),
        "10m",
    ),
    "AutoscalerAtItsLimit": (
        workload("kube_horizontalpodautoscaler_status_current_replicas", "10x60", **HPA)
        | workload("kube_horizontalpodautoscaler_spec_max_replicas", "10x60", **HPA),
        workload("kube_horizontalpodautoscaler_status_current_replicas", "9x60", **HPA)
        | workload("kube_horizontalpodautoscaler_spec_max_replicas", "10x60", **HPA),
        "30m",
    ),
    "JobQueueOld": (
        workload("worker_queue_age_seconds", "400x60", **APP),
        workload("worker_queue_age_seconds", "200x60", **APP),
        "10m",
    ),
    "JobsDead": (
        workload("worker_queue_jobs", "1x60", **APP, state="dead"),
        workload("worker_queue_jobs", "0x60", **APP, state="dead"),
        "10m",
    ),
    "WorkersSilent": (
        workload("worker_heartbeat_timestamp_seconds", "0x60", **APP),
        workload("worker_heartbeat_timestamp_seconds", "0+60x60", **APP),
        "20m",
    ),
    "NodeCpuHigh": (
        workload("node_cpu_seconds_total", "0+6x60", **CPU),
        workload("node_cpu_seconds_total", "0+24x60", **CPU),
        "20m",
    ),
    "NodeMemoryHigh": (
        workload("node_memory_MemAvailable_bytes", "10x60", instance="n1")
        | workload("node_memory_MemTotal_bytes", "100x60", instance="n1"),
        workload("node_memory_MemAvailable_bytes", "20x60", instance="n1")
        | workload("node_memory_MemTotal_bytes", "100x60", instance="n1"),
        "20m",
    ),
    "NodeNotReady": (
        workload("kube_node_status_condition", "0x60", **NODE),
        workload("kube_node_status_condition", "1x60", **NODE),
        "20m",
    ),
    "PodCrashLooping": (
        workload("kube_pod_container_status_restarts_total", "0+1x60", **POD),
        workload("kube_pod_container_status_restarts_total", "0x30 1x30", **POD),
        "40m",
    ),
    "DeploymentStuck": (
        workload("kube_deployment_status_replicas_updated", "1x60", **DEPLOYMENT)
        | workload("kube_deployment_spec_replicas", "3x60", **DEPLOYMENT),
        workload("kube_deployment_status_replicas_updated", "1x10 3x50", **DEPLOYMENT)
        | workload("kube_deployment_spec_replicas", "3x60", **DEPLOYMENT),
        "40m",
    ),
    "VolumeFillsUp": (
        workload("kubelet_volume_stats_available_bytes", "5x60", **CLAIM)
        | workload("kubelet_volume_stats_capacity_bytes", "100x60", **CLAIM),
        workload("kubelet_volume_stats_available_bytes", "50x60", **CLAIM)
        | workload("kubelet_volume_stats_capacity_bytes", "100x60", **CLAIM),
        "30m",
    ),
    "TargetDown": (workload("up", "0x60", job="pods"), workload("up", "1x60", job="pods"), "20m"),
    "BackupTooOld": (
        workload("velero_backup_last_successful_timestamp", "0x300", schedule="objects-hourly"),
        workload("velero_backup_last_successful_timestamp", "0+60x300", schedule="objects-hourly"),
        "3h",
    ),
    "DatabaseDown": (workload("pg_up", "0x60"), workload("pg_up", "1x60"), "10m"),
    "DatabaseConnectionsHigh": (
        workload("pg_stat_activity_count", "81x60", datname="taskmanager"),
        workload("pg_stat_activity_count", "79x60", datname="taskmanager"),
        "20m",
    ),
    "CacheDown": (
        workload("redis_up", "0x60", job="redis-exporter"),
        workload("redis_up", "1x60", job="redis-exporter"),
        "10m",
    ),
}
"""Each alert: what fires it, what leaves it silent, and when to look, longer than its `for`."""
