"""`toban machines`: write the state machines from their source, and prove what must hold on every way."""

from toban.machines.commands import app

__all__ = ["app"]
