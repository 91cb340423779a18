"""The event bus: rules, patterns, targets, retries and dead-letter queues, in virtual time."""

from twin.bus.event_bus import EventBus

__all__ = ["EventBus"]
