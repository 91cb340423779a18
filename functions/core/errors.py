"""Every way in which an operation fails, drawn as a tree.

    OpsError
    ├── TemporaryError      the same call can succeed later
    │   └── Busy            the other side is in the middle of something that ends by itself
    ├── PermanentError      the same call will fail until a person or a deploy changes something
    │   ├── NotFound        what was named does not exist
    │   ├── Invalid         the other side understood the request and will not take it as it is
    │   └── ConditionFailed somebody has changed what the write was conditioned on
    └── SafetyRefusal       the call would have worked; Toban declined, because it was not safe

Three names cross into the state machines, because Step Functions matches the name of the class and knows
nothing of its parents: `functions.runtime.entrypoint` raises every subclass again as the one of the three
that it descends from.
"""


class OpsError(Exception):
    """An operation did not happen as asked; its text says what was wrong, where, and what to do."""


class TemporaryError(OpsError):
    """The same call can succeed later: a throttle, a timeout, an update in progress."""


class Busy(TemporaryError):
    """The other side is in the middle of something that ends by itself, such as an update of a node group."""


class PermanentError(OpsError):
    """The same call will fail until a person or a deploy changes something, such as a denied action."""


class NotFound(PermanentError):
    """What was named does not exist."""


class Invalid(PermanentError):
    """The other side understood the request and will not take it as it is."""


class ConditionFailed(PermanentError):
    """Somebody has changed what the write was conditioned on; nothing was written."""


class SafetyRefusal(OpsError):
    """A guard said no: the lock is another's, the inventory looks wrong, a budget is spent."""
