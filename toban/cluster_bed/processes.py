"""Programs in the background: started with a log each, remembered by a file, ended by their own id."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from pathlib import Path

_END_WITHIN_S = 10


class ProgramDiedError(Exception):
    """A program of the cluster ended by itself; the message ends with the last lines of its log."""


@dataclass(frozen=True)
class Running:
    """A program that was started.

    Attributes:
        born: when the system says it was started, in seconds of the epoch; an id that was given to another
            process since has another birth, and so is left alone.
    """

    name: str
    pid: int
    born: float

    def alive(self) -> bool:
        """Tells whether it still runs (one that ended and was not yet collected does not)."""
        return self._process() is not None

    def end(self) -> None:
        """Asks the program to end, and makes it end after ten seconds."""
        process = self._process()
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_END_WITHIN_S)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(_END_WITHIN_S)

    def _process(self) -> psutil.Process | None:
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.born) < 1
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


def start(name: str, command: list[str], folder: Path) -> Running:
    """Starts `command` apart from the terminal, so that Ctrl-C does not end it; logs to `NAME.log`."""
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - the command is ours, its program one that we found or built
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, start_new_session=True
        )
    return Running(name, process.pid, psutil.Process(process.pid).create_time())


def refuse_dead(programs: list[Running], folder: Path) -> None:
    """Raises ProgramDiedError, with the end of the log, if any of `programs` has ended."""
    for program in programs:
        if not program.alive():
            tail = (folder / f"{program.name}.log").read_text(errors="replace").splitlines()[-8:]
            raise ProgramDiedError("\n".join([f"{program.name} ended by itself; its log ends with:", *tail]))


def remember(programs: list[Running], folder: Path) -> None:
    """Writes down which programs belong to the folder, so that another command can end them."""
    (folder / "programs.json").write_text(json.dumps([vars(program) for program in programs], indent=2))


def recall(folder: Path) -> list[Running]:
    """Returns what `remember` wrote; nothing where it never wrote."""
    try:
        return [Running(**program) for program in json.loads((folder / "programs.json").read_text())]
    except FileNotFoundError:
        return []
