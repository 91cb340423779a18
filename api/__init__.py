"""The task manager's API: users, sessions and tasks over PostgreSQL and Redis.

A value that is made for each request (an answer, claims, a limit) is a `NamedTuple`, which costs half of what
a frozen dataclass costs to make. Every other value is a dataclass, frozen and with slots unless its state
changes (`Health`): values of different kinds are then never equal, on which `Retry | Bury` relies. What has
behaviour and a life of its own is a plain class.

Modules that declare routes or pydantic models do without postponed annotations, which are read at run time.
"""
