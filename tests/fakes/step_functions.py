"""Walks the real state machine over the real handlers: as much of the States Language as our machines use."""

import functools
import importlib
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from functions.core.errors import OpsError
from functions.runtime.entrypoint import crossing, parse
from tests.fakes.world import World

ROOT = Path(__file__).parents[2]


@functools.cache
def _machine(capability: str) -> dict[str, Any]:
    machine: dict[str, Any] = json.loads((ROOT / f"statemachines/{capability}.asl.json").read_text("utf-8"))
    return machine


class Walk:
    """One execution; `path` holds the states that it entered."""

    def __init__(self, capability: str, world: World, *, now: datetime, name: str) -> None:
        self.machine = _machine(capability)
        self.package = f"functions.{capability}.steps"
        self.world = world
        self.now = now
        self.execution = (
            f"arn:aws:states:ap-northeast-1:123456789012:execution:toban-dev-night-scaling:{name}"
        )
        self.path: list[str] = []
        self.untold: list[str] = []
        """Errors with which the execution ended and nobody was told: the rule on failed executions takes
        them."""

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        """Runs to the end; an error that no Catch takes leaves as it is."""
        name, data = self.machine["StartAt"], given
        while True:
            state = self.machine["States"][name]
            self.path.append(name)
            if state["Type"] == "Fail" and state.get("Error") != "GivenUp":
                self.untold.append(data["error"]["Error"])
            if state["Type"] in ("Succeed", "Fail"):
                return data
            if state["Type"] == "Wait":
                self.now += timedelta(seconds=state["Seconds"])
            elif state["Type"] == "Choice":
                name = _choose(state, data)
                continue
            elif state["Type"] == "Pass":
                filled = self._fill(state["Parameters"], data)
                data = {**data, state["ResultPath"][2:]: filled} if "ResultPath" in state else filled
            elif state["Type"] == "Task":
                name, data = self._task(state, data)
                continue
            name = state["Next"]

    def _task(self, state: dict[str, Any], data: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        payload = json.loads(json.dumps(self._fill(state["Parameters"]["Payload"], data)))
        module = re.sub(r"(?<!^)(?=[A-Z])", "_", function_of(state)).lower()
        step = importlib.import_module(f"{self.package}.{module}").handler.__wrapped__
        try:
            answer = json.loads(json.dumps(step(parse(payload), self.world), default=str))
        except OpsError as error:
            return self._caught(state, data, type(crossing(error)).__name__, str(error))
        except RuntimeError as error:
            return self._caught(state, data, "RuntimeError", str(error))
        return state["Next"], data if state.get("ResultPath", "$") is None else answer

    def _caught(
        self, state: dict[str, Any], data: dict[str, Any], name: str, cause: str
    ) -> tuple[str, dict[str, Any]]:
        for catcher in state.get("Catch", []):
            if {name, "States.ALL"} & set(catcher["ErrorEquals"]):
                return catcher["Next"], {**data, catcher["ResultPath"][2:]: {"Error": name, "Cause": cause}}
        raise AssertionError(f"nothing catches {name}: {cause}")

    def _fill(self, template: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
        context = {"$$.State.EnteredTime": self.now.isoformat(), "$$.Execution.Id": self.execution, "$": data}
        filled = {}
        for key, value in template.items():
            if key.endswith(".$"):
                filled[key[:-2]] = context[value] if value in context else data[value[2:]]
            else:
                filled[key] = value
        return filled


def function_of(state: dict[str, Any]) -> str:
    """Returns which of our functions a state calls, such as `DrainNodes`."""
    function = re.fullmatch(r"\$\{(\w+)Function\}", state["Parameters"]["FunctionName"])
    assert function, "only our functions are walked"
    return function[1]


def _choose(state: dict[str, Any], data: dict[str, Any]) -> str:
    for rule in state["Choices"]:
        value: Any = data
        for part in rule["Variable"][2:].split("."):
            value = value[part]
        wanted = rule["StringEquals"] if "StringEquals" in rule else rule["BooleanEquals"]
        if value == wanted:
            return str(rule["Next"])
    return str(state["Default"])
