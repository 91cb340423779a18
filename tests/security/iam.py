"""What the roles of the control plane may do, worked out of its templates as IAM would.

It knows the few intrinsic functions and condition operators that the templates use, and refuses any other.
"""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from tests.contracts.test_control_plane import ROOT, read

PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "ap-northeast-1", "AWS::AccountId": "123456789012"}
NO_VALUE = object()
INTRINSICS = frozenset({"Ref", "GetAtt", "Sub", "Join", "Split", "If"})


class Deployed:
    """The root and its capabilities with one environment's parameters."""

    def __init__(
        self, environment: str, *, cluster: str, nodegroups: str = "primary,spot", fleet: str = ""
    ) -> None:
        self.environment, self.cluster = environment, cluster
        self.given = {
            "Environment": environment, "ClusterName": cluster, "NodeGroups": nodegroups,
            "FleetClusters": fleet, "SubnetIds": "subnet-1", "SecurityGroupIds": "sg-1",
        }  # fmt: skip
        root = read(ROOT / "template.yaml")
        nested = [read(path) for path in sorted((ROOT / "templates").glob("*.yaml"))]
        self.resources = {
            name: one for template in (root, *nested) for name, one in template["Resources"].items()
        }

    def roles(self) -> Iterator[str]:
        """Yields the functions that have a role."""
        for name, one in self.resources.items():
            if one["Type"] == "AWS::Serverless::Function":
                yield name.removesuffix("Function")

    def allows(self, function: str, action: str, resource: str = "*", **context: Any) -> bool:
        """Tells whether the function's role may do something; `context` is IAM's, `__` for a colon."""
        properties = self.resources[f"{function}Role"]["Properties"]
        documents = [self.resources[each["Ref"]]["Properties"] for each in properties["ManagedPolicyArns"]]
        statements: list[Any] = []
        for document in (*documents, *properties.get("Policies", ())):
            found = self.value(document["PolicyDocument"]["Statement"])
            statements += [each for each in found if each is not NO_VALUE]
        flat = [each for one in statements for each in (one if isinstance(one, list) else [one])]
        matching = [each for each in flat if _concerns(each, action, resource, context)]
        return any(each["Effect"] == "Allow" for each in matching) and not any(
            each["Effect"] == "Deny" for each in matching
        )

    def value(self, node: Any) -> Any:
        """Returns what a part of a template says."""
        if isinstance(node, list):
            return [one for each in node if (one := self.value(each)) is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            [(word, given)] = node.items()
            if word.removeprefix("Fn::") in INTRINSICS:
                return self._intrinsic(word.removeprefix("Fn::"), given)
        return {key: one for key, each in node.items() if (one := self.value(each)) is not NO_VALUE}

    def _intrinsic(self, word: str, given: Any) -> Any:
        if word == "Ref":
            return self._named(given)
        if word == "GetAtt":
            return self._named(given.partition(".")[0])
        if word == "Sub":
            text, more = given if isinstance(given, list) else (given, {})
            names = {key: self.value(each) for key, each in more.items()}
            return re.sub(
                r"\$\{([\w:.]+)\}", lambda found: str(names.get(found[1]) or self._text(found[1])), text
            )
        if word == "Join":
            assert isinstance(given[0], str), "CloudFormation takes no function for what joins"
            return given[0].join(self.value(given[1]))
        if word == "Split":
            return self.value(given[1]).split(given[0])
        assert word == "If", f"{word} is not known here"
        return self.value(given[1] if self._holds(given[0]) else given[2])

    def _holds(self, condition: str) -> bool:
        return {"HasFleet": bool(self.given["FleetClusters"]), "InsideVpc": True, "HasTracing": False}[
            condition
        ]

    def _text(self, name: str) -> str:
        found = self._named(name.partition(".")[0])
        return ",".join(found) if isinstance(found, list) else str(found)

    def _named(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in PSEUDO:
            return PSEUDO[name]
        if name in ("NodeGroups", "SubnetIds", "SecurityGroupIds"):
            return self.given[name].split(",")
        return self.given.get(name, f"arn:of:{self.environment}:{name}")


@cache
def dev() -> Deployed:
    """Returns development, in the account that production shares."""
    return Deployed("dev", cluster="sre-portfolio-cluster-dev")


@cache
def fleet() -> Deployed:
    """Returns development with a fleet."""
    return Deployed("dev", cluster="sre-portfolio-cluster-dev", fleet="team-*")


def _listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _concerns(statement: Mapping[str, Any], action: str, resource: str, context: Mapping[str, Any]) -> bool:
    given = {key.replace("___", "/").replace("__", ":"): value for key, value in context.items()}
    return (
        any(fnmatchcase(action, each) for each in _listed(statement["Action"]))
        and (
            not any(fnmatchcase(resource, each) for each in _listed(statement["NotResource"]))
            if "NotResource" in statement
            else any(fnmatchcase(resource, each) for each in _listed(statement["Resource"]))
        )
        and all(_condition(word, each, given) for word, each in statement.get("Condition", {}).items())
    )


def _condition(word: str, wanted: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    quantifier, _, operator = word.rpartition(":")
    for key, values in wanted.items():
        if operator == "Null":
            if (key not in given) != (values == "true"):
                return False
            continue
        compare = {"StringEquals": lambda a, b: a == b}.get(operator, fnmatchcase)
        assert operator in ("StringEquals", "StringLike", "ArnLike"), f"{word} is not known here"
        found = _listed(given[key]) if key in given else []
        matched = [any(compare(str(one), str(each)) for each in _listed(values)) for one in found]
        if not (all(matched) if quantifier == "ForAllValues" else any(matched)):
            return False
    return True
