"""The root of the command line: each group of commands lives in a module of its own, loaded when asked for."""

import atexit
import gc
import importlib
import sys

import typer

app = typer.Typer(
    name="toban",
    help="Toban, the one on duty: operates an EKS workload while its team sleeps.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

GROUPS: dict[str, str] = {
    "api": "Run the task manager here, and look into its queue.",
    "hold": "Keep an environment awake, or send it to sleep, until an instant.",
    "schedule": "What a schedule document means: check, explain, simulate, compare.",
    "twin": "Run the real template and code on simulated AWS and a virtual clock.",
    "dashboards": "Write Grafana's boards, and draw them from a real Prometheus that remembers the twin's week.",
    "cluster": "Run a real Kubernetes control plane here, and prove the manifests on it.",
}
"""Each group of commands and its one line of help; module `toban.<group>` carries its typer `app`."""

COMMANDS: dict[str, str] = {
    "build": "Build what `sam deploy` ships.",
    "deploy": "Deploy what was built: toban deploy dev.",
    "pause": "Switch Toban off in an environment, at once, and on again.",
    "accept": "Tell Toban that what it finds missing is meant to be gone.",
    "savings": "Say what was saved, in money, and what never sleeps.",
    "status": "Say what holds in an environment, why, and what comes next.",
    "wake": "Wake an environment now, for some hours.",
    "bench": "Measure, beside the peer or the floor in the same run.",
}
"""Each command that stands alone and its one line of help; module `toban.<command>` carries a function `command`."""


@app.callback()
def root() -> None:
    """Toban, the one on duty: operates an EKS workload while its team sleeps."""


def run() -> None:
    """Runs the command that the shell's arguments name.

    Only the module that was asked for is imported, so that `toban schedule` does not wait for the twin's libraries.
    """
    # Python's end looks for cycles among all objects; with a twin's that takes seconds, and the process is over anyway.
    atexit.register(gc.freeze)
    wanted = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    for name, text in GROUPS.items():
        group = importlib.import_module(f"toban.{name}").app if wanted == name else typer.Typer()
        app.add_typer(group, name=name, help=text)
    for name, text in COMMANDS.items():
        command = importlib.import_module(f"toban.{name}").command if wanted == name else _not_loaded
        app.command(name=name, help=text)(command)
    app()


def _not_loaded() -> None:
    """Stands in for a command that was not asked for, so that `toban --help` can list it."""
