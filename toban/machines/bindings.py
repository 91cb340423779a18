"""What the templates give to a machine: its substitutions, and the handler behind each of them."""

from __future__ import annotations

import importlib
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from functions.runs.run import Run
from toban.machines.graph import Fault, calls_lambda, scopes, tasks
from toban.machines.shapes import Shape, shape_of_type
from toban.machines.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from toban.machines.graph import State

PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
LAMBDA_TIMEOUT = 3
"""Seconds after which Lambda ends a function whose template does not say."""


class Binding(NamedTuple):
    """How a machine is deployed.

    Attributes:
        template: Short name of the template that deploys it.
        given: The name of each substitution to the logical id that it refers to.
        handlers: The logical id of each function of that template to its handler.
        timeouts: The logical id of each function to the seconds after which Lambda ends it.
    """

    template: str
    given: Mapping[str, str]
    handlers: Mapping[str, str]
    timeouts: Mapping[str, int] = MappingProxyType({})

    def function(self, function_name: str) -> str:
        """Returns the logical id behind a FunctionName such as `${PlanNightFunction}`; "" without one."""
        found = PLACEHOLDER.fullmatch(function_name)
        return self.given.get(found.group(1), "") if found else ""

    def handler(self, function_name: str) -> str | None:
        """Returns the handler behind a FunctionName; None without one."""
        return self.handlers.get(self.function(function_name))


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as what they refer to."""


def _referred(loader: yaml.SafeLoader, _tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]  # there is no fourth kind


_Loader.add_multi_constructor("!", _referred)


def read_template(path: Path) -> dict[str, Any]:
    """Reads a template; a short form stands for its argument, so that `!Ref A.Version` is `A.Version`."""
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    return loaded


def templates(root: Path = ROOT) -> list[Path]:
    """Returns the control plane's templates: the root and each capability's."""
    return [root / "template.yaml", *sorted((root / "templates").glob("*.yaml"))]


def binding_of(definition: Path, root: Path = ROOT) -> Binding | None:
    """Returns how a machine's definition is deployed; None when no template does."""
    for path in templates(root):
        template = read_template(path)
        resources = template["Resources"]
        functions = {
            name: str(each["Properties"]["Handler"])
            for name, each in resources.items()
            if each["Type"] == "AWS::Serverless::Function"
        }
        shared = template.get("Globals", {}).get("Function", {}).get("Timeout", LAMBDA_TIMEOUT)
        timeouts = {name: resources[name]["Properties"].get("Timeout", shared) for name in functions}
        for each in resources.values():
            if each["Type"] != "AWS::Serverless::StateMachine":
                continue
            properties = each["Properties"]
            if (path.parent / properties["DefinitionUri"]).resolve() == definition.resolve():
                given = properties.get("DefinitionSubstitutions") or {}
                referred = {name: re.split(r"[.:]", str(value))[0] for name, value in given.items()}
                return Binding(str(path.relative_to(root)), referred, functions, timeouts)
    return None


def answer_of(handler: str) -> Shape:
    """Returns what a step answers: its module's `Answer`, or a run with its capability's own plan."""
    module_name = handler.rpartition(".")[0]
    module = importlib.import_module(module_name)
    own = getattr(module, "Answer", None)
    if own is not None:
        return shape_of_type(own)
    package = module_name.rsplit(".steps.", 1)[0]
    return shape_of_type(Run, plan=importlib.import_module(f"{package}.contract").Plan)


def check_bindings(name: str, machine: Mapping[str, Any], text: str, binding: Binding) -> Iterator[Fault]:
    """Yields each substitution used or given alone, and each step whose handler bears another name."""
    used = set(PLACEHOLDER.findall(text))
    for missing in sorted(used - set(binding.given)):
        yield Fault(
            name, "the machine", f"${{{missing}}}: DefinitionSubstitutions in {binding.template} lacks it"
        )
    for spare in sorted(set(binding.given) - used):
        yield Fault(name, "the machine", f"${{{spare}}} is given in {binding.template}, and never used")
    for scope in scopes(machine):
        for state_name, state in tasks(scope):
            if calls_lambda(state):
                place = scope.named(state_name)
                yield from (Fault(name, place, text) for text in _bound(state_name, state, binding))


def _bound(state_name: str, state: State, binding: Binding) -> Iterator[str]:
    function_name = str((state.get("Parameters") or {}).get("FunctionName"))
    handler = binding.handler(function_name)
    step = re.sub(r"(?<!^)(?=[A-Z])", "_", state_name).lower()
    if handler is None:
        yield "Parameters.FunctionName: no function stands behind it"
    elif not re.fullmatch(rf"functions\.\w+\.steps\.{step}\.handler", handler):
        yield f"its handler is {handler}, not functions.….steps.{step}.handler"
    limit = binding.timeouts.get(binding.function(function_name), 0)
    if state.get("TimeoutSeconds", limit) < limit:
        yield f"TimeoutSeconds: its function works for up to {limit} s, and would do so beside its next try"
