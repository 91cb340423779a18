"""How the bed tells a person what it is doing: one line a step, on standard error."""

from collections.abc import Callable

import typer

Say = Callable[[str], None]
"""Takes one finished line."""


def print_line(line: str) -> None:
    """Prints the line where it does not mix with what a command prints for other programs."""
    typer.echo(line, err=True)
