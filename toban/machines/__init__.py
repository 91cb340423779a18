"""The state machines: their JSON written from its source, and proofs about every way through them."""

from toban.machines.commands import app

__all__ = ["app"]
