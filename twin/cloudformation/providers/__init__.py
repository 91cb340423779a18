"""The table of resource types, one module a group of services; a type is added by one declaration there."""

from __future__ import annotations

import importlib
import pkgutil


def load_all() -> None:
    """Loads every module of this package once, so that its types are registered."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
