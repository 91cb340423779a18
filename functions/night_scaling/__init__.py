"""Night scaling: an environment sleeps while nobody needs it, and is ready when the night ends.

Trigger: two schedules and a tick every ten minutes start one machine; who started it makes no difference.
Steps: observe, decide, lock, write down the capacity, scale, drain, lower, verify; waking is the mirror.
Limits: node groups and databases that the template names, workloads that opted in by label; max stays >= 1.
To stop it: disable the stack's three schedules, or apply a schedule document without windows.
"""
