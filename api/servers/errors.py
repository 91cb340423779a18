"""What goes wrong with a server on this machine, in words that say what to do."""

from __future__ import annotations


class ServerMissingError(Exception):
    """A server's program is not on this machine; the text says which, and how to get it."""


class ServerFailedError(Exception):
    """A server did not start or did not answer; the text carries the end of its log."""
