"""How many pods a PodDisruptionBudget keeps, as Kubernetes works it out."""

from typing import NamedTuple


class Budget(NamedTuple):
    """A PodDisruptionBudget: one of the two, a number or a percentage such as `50%`."""

    min_available: int | str | None = None
    max_unavailable: int | str | None = None

    def minimum(self, expected: int) -> int:
        """Returns how many of the expected pods must stay; percentages round up, as Kubernetes does."""
        if self.min_available is not None:
            return _scaled(self.min_available, expected)
        return expected - _scaled(self.max_unavailable or 0, expected)


def _scaled(number: int | str, expected: int) -> int:
    if isinstance(number, int):
        return number
    return -(-expected * int(number.rstrip("%")) // 100)
