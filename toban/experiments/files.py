"""Reads the files that `toban chaos` answers from; a fault is printed with its place, exit code 2."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import typer

from functions.chaos.bundled import bundled_experiments
from functions.chaos.policy.document import parse_experiment
from functions.chaos.policy.numbers import Numbers
from functions.chaos.policy.reading_events import parse_events
from functions.chaos.policy.reading_facts import parse_facts
from functions.chaos.policy.reading_numbers import parse_numbers
from functions.chaos.policy.reading_outcome import parse_outcome
from functions.core.reading.faults import DocumentInvalid
from functions.night_scaling.schedule.document import parse_schedule
from toban.documents import Source, fault_lines, read_source
from toban.experiments.closed import closed_stretches

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.chaos.policy.experiment import Experiment
    from functions.chaos.policy.facts import Facts, Finding
    from functions.chaos.policy.outcome import Outcome

_T = TypeVar("_T")


def read_experiment(path: Path) -> Experiment:
    """Returns the experiment of a file, or the shipped one of that name; or ends with exit code 2.

    It is read by the numbers that ship: a stricter policy's no is the guard's to say, gate by gate.
    """
    return _read(
        bundled_experiments().get(str(path), path), lambda text: parse_experiment(text, numbers=Numbers())
    )


def read_facts(path: Path, experiment: Experiment, numbers: Numbers, *, schedule: Path | None) -> Facts:
    """Returns facts for an experiment; those of another environment end with exit code 2."""
    facts = _read(path, parse_facts)
    _refuse_other(path, facts.environment, experiment)
    if schedule is None:
        return facts
    document = _read(schedule, parse_schedule)
    _refuse_other(schedule, document.environment, experiment)
    until = facts.now + experiment.duration + numbers.recovery
    closed = closed_stretches(document, begin=facts.now, end=until)
    return facts._replace(sources=facts.sources._replace(schedule=closed))


def read_policy(path: Path | None) -> Numbers:
    """Returns a policy's numbers; those that ship where there is no file."""
    return _read(path, parse_numbers) if path else Numbers()


def read_run(path: Path) -> Outcome:
    """Returns the record of a run."""
    return _read(path, parse_outcome)


def read_finding_events(path: Path) -> tuple[Finding, ...]:
    """Returns the findings that events come to.

    Raises:
        SafetyRefusal: An event does not count.
    """
    return _read(path, parse_events)


def _read(path: Path, parse: Callable[[bytes], _T]) -> _T:
    source = Source(str(path), b"")
    try:
        source = read_source(path)
        return parse(source.json())
    except DocumentInvalid as error:
        for line in fault_lines(source, error.faults):
            typer.echo(line, err=True)
        raise typer.Exit(2) from error


def _refuse_other(path: Path, environment: str, experiment: Experiment) -> None:
    if environment != experiment.environment:
        sentence = f"is {environment}, and the experiment is {experiment.environment}'s"
        typer.echo(f"{path}: $.environment: {sentence}", err=True)
        raise typer.Exit(2)
