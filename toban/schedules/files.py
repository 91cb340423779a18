"""Reads schedule documents from files, JSON or YAML, and finds the line that a fault is about."""

from pathlib import Path
from typing import NoReturn

import typer

from functions.core.reading.faults import DocumentInvalid, Fault
from functions.night_scaling.schedule.document import parse_schedule
from functions.night_scaling.schedule.model import ScheduleDocument
from toban.documents import Source, fault_lines, read_source


def load_or_exit(path: Path) -> ScheduleDocument:
    """Returns a document; or prints each fault as `FILE:line: path: sentence` and ends with exit code 1."""
    try:
        source = read_source(path)
    except DocumentInvalid as error:
        _refuse(Source(str(path), b""), error.faults)
    try:
        return parse_schedule(source.json())
    except DocumentInvalid as error:
        _refuse(source, error.faults)


def load(path: Path) -> ScheduleDocument:
    """Reads a document by the control plane's own rules; a .yaml or .yml file is read as YAML first.

    Raises:
        DocumentInvalid: the file cannot be read, or breaks a rule.
    """
    return parse_schedule(read_source(path).json())


def as_json(path: Path) -> str:
    """Returns a document that was found to be good as the JSON text that the control plane reads."""
    return read_source(path).json().decode("utf-8")


def _refuse(source: Source, faults: tuple[Fault, ...]) -> NoReturn:
    for line in fault_lines(source, faults):
        typer.echo(line, err=True)
    raise typer.Exit(1)
