"""Python's garbage collector, held back while a world is open: it costs a tenth of a week, for little."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


RARE = (200_000, 50, 1_000)
"""Allocations before a young collection, and how many of those before an older one."""


@contextmanager
def rare_collections() -> Iterator[None]:
    """Keeps what is there already out of every search, and searches rarely, while the block runs."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*RARE)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
