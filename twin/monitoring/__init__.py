"""What the exporters of production would have told Prometheus in a week of the twin, as OpenMetrics.

What the twin plays (nodes, pods, rollouts, autoscaler, budgets, database) comes from its world, looked at
once a virtual minute. What it does not play (requests, latencies, queues) comes from one model,
`twin.monitoring.load`.
"""
