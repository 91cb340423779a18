"""One warm function: its environment, its modules and its boto3 session, swapped in while it runs.

Functions share the process's third-party modules and their package's pure ones, and nothing else of it.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import ModuleType

_KEPT = ("PATH", "HOME", "TZ", "LANG", "AWS_CA_BUNDLE")
"""What a function may see of the process's own environment."""

_PURE = "core"
"""The subpackage that keeps no state, as a test proves: executed once, not for each function."""


class Container:
    """A function's own view of the process.

    Args:
        root: The folder on the import path that holds the handler's package.
        handler: `package.module.function`.
        environment: The function's variables, Lambda's own among them.
        stdout: Where its prints go.
        pure: The pure modules that functions of the same folder have loaded; this one's are added.
    """

    def __init__(
        self,
        root: Path,
        handler: str,
        environment: Mapping[str, str],
        stdout: Any,
        pure: dict[str, ModuleType],
    ) -> None:
        self._root = str(root)
        self._module, _, self._name = handler.rpartition(".")
        self._package = handler.partition(".")[0]
        kept = {key: os.environ[key] for key in _KEPT if key in os.environ}
        self._environment = _encoded({**kept, **environment})
        self._stdout = stdout
        self._pure = pure
        self._modules = dict(pure)
        self._session: Any = None
        self._handler: Callable[[Any, Any], Any] | None = None
        self._names: list[str] = []
        self._seen = 0
        self._outside: dict[str, Any] = {}

    @property
    def is_cold(self) -> bool:
        """Whether the handler has yet to be imported."""
        return self._handler is None

    def handler(self) -> Callable[[Any, Any], Any]:
        """Returns the handler, imported on first use; to be called while entered.

        Raises:
            Exception: Whatever importing it raises.
        """
        if self._handler is None:
            self._handler = getattr(importlib.import_module(self._module), self._name)
            pure = f"{self._package}.{_PURE}"
            self._pure.update(
                {name: module for name, module in sys.modules.items() if f"{name}.".startswith(f"{pure}.")}
            )
        return self._handler

    def enter(self) -> None:
        """Makes the process look as this function sees it."""
        self._outside = {
            "modules": self._swap_modules(self._modules),
            "environment": _swap_environment(self._environment),
            "session": boto3.DEFAULT_SESSION,
            "stdout": sys.stdout,
        }
        boto3.DEFAULT_SESSION = self._session
        sys.stdout = self._stdout
        sys.path.insert(0, self._root)

    def leave(self) -> None:
        """Gives the process back, and remembers what is the function's own."""
        sys.path.remove(self._root)
        sys.stdout = self._outside["stdout"]
        self._session = boto3.DEFAULT_SESSION
        boto3.DEFAULT_SESSION = self._outside["session"]
        self._environment = _swap_environment(self._outside["environment"])
        self._modules = self._swap_modules(self._outside["modules"])

    def _swap_modules(self, modules: dict[str, ModuleType]) -> dict[str, ModuleType]:
        # To look through all of the process's modules takes longer than a short handler, so only when
        # some have come or gone since the last look.
        if len(sys.modules) != self._seen:
            inside = self._package + "."
            self._names = [name for name in sys.modules if name.startswith(inside) or name == self._package]
        taken = {name: sys.modules.pop(name) for name in self._names}
        sys.modules.update(modules)
        self._names, self._seen = list(modules), len(sys.modules)
        return taken


def _encoded(environment: Mapping[str, str]) -> dict[Any, Any]:
    """Writes variables as the process's environment keeps them inside."""
    return {os.environ.encodekey(key): os.environ.encodevalue(value) for key, value in environment.items()}


def _swap_environment(inside: dict[Any, Any]) -> dict[Any, Any]:
    """Gives `os.environ` other contents, and returns its present ones.

    What Python reads is all that a handler sees, so the C library's own copy stays as it is: to set and unset
    its variables one by one takes longer than a short handler.
    """
    before: dict[Any, Any] = os.environ._data  # type: ignore[attr-defined]  # noqa: SLF001 - no public way
    os.environ._data = inside  # type: ignore[attr-defined]  # noqa: SLF001 - as above
    return before
