"""Every way in which an operation fails, drawn as a tree.

    OpsError
    ├── TemporaryError      the same call can succeed later
    ├── PermanentError      the same call will fail until a person or a deploy changes something
    └── SafetyRefusal       the call would have worked; Toban declined, because it was not safe

Three names cross into the state machines, because Step Functions matches the name of the class and knows
nothing of its parents: `functions.runtime.entrypoint` raises every subclass again as the one of the three
that it descends from.
"""


class OpsError(Exception):
    """An operation did not happen as asked; its text says what was wrong, where, and what to do."""


class TemporaryError(OpsError):
    """The same call can succeed later: a throttle, a timeout, an update in progress."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        """Remembers when to try again.

        Args:
            message: The whole sentence.
            retry_after_s: Seconds that the other side asked us to wait; None when it named none.
        """
        super().__init__(message)
        self.retry_after_s = retry_after_s


class PermanentError(OpsError):
    """The same call will fail until a person or a deploy changes something, such as a denied action."""


class SafetyRefusal(OpsError):  # noqa: N818 - a refusal is no error of ours, and the machines match this name
    """A guard said no: the lock is another's, the inventory looks wrong, a budget is spent."""
