"""Label and field selectors: the text of a query and the object form, one meaning."""

from __future__ import annotations

import re
from collections.abc import Callable

from twin.cluster.shapes import Object, labels_of
from twin.cluster.status import bad_request

Labels = dict[str, str]
Match = Callable[[Labels], bool]

_TERM = re.compile(
    r"\s*(?P<absent>!)?\s*(?P<key>[\w./-]+)\s*(?:(?P<op>==|=|!=|>|<)\s*(?P<value>[\w.-]*)|"
    r"(?P<set>in|notin)\s*\((?P<values>[^)]*)\))?\s*(?:,|$)"
)


def _requirement(key: str, operator: str, values: list[str]) -> Match:
    if operator == "Exists":
        return lambda labels: key in labels
    if operator == "DoesNotExist":
        return lambda labels: key not in labels
    if operator in ("Gt", "Lt"):
        return lambda labels: _compares(labels.get(key, ""), operator, values[0])
    if operator == "In":
        return lambda labels: labels.get(key) in values
    # An object without the key has no unwanted value either.
    return lambda labels: labels.get(key) not in values


def _compares(have: str, operator: str, bound: str) -> bool:
    if not re.fullmatch(r"-?[0-9]+", have):
        return False
    return int(have) > int(bound) if operator == "Gt" else int(have) < int(bound)


def parse_labels(text: str) -> Match:
    """Reads a labelSelector such as `app=api,tier in (web, job),!canary`.

    Raises:
        StatusError: 400, when it cannot be read.
    """
    matches: list[Match] = []
    at = 0
    while at < len(text):
        term = _TERM.match(text, at)
        if term is None:
            raise bad_request(f'unable to parse requirement: "{text}": near "{text[at:]}"')
        at = term.end()
        matches.append(_parsed(term))
    return lambda labels: all(match(labels) for match in matches)


def _parsed(term: re.Match[str]) -> Match:
    key = term["key"]
    if term["op"] in (">", "<"):
        return _requirement(key, "Gt" if term["op"] == ">" else "Lt", [term["value"] or "0"])
    if term["op"]:
        return _requirement(key, "NotIn" if term["op"] == "!=" else "In", [term["value"]])
    if term["set"]:
        values = [value.strip() for value in term["values"].split(",")]
        return _requirement(key, "In" if term["set"] == "in" else "NotIn", values)
    return _requirement(key, "DoesNotExist" if term["absent"] else "Exists", [])


def compiled(selector: Object | None) -> Match:
    """Reads a LabelSelector object. None matches nothing, an empty one everything, as Kubernetes has it."""
    if selector is None:
        return lambda _labels: False
    matches = [_requirement(key, "In", [value]) for key, value in (selector.get("matchLabels") or {}).items()]
    matches += [
        _requirement(term["key"], term["operator"], list(term.get("values") or ()))
        for term in selector.get("matchExpressions") or ()
    ]
    return lambda labels: all(match(labels) for match in matches)


def as_text(selector: Object | None) -> str:
    """Writes a LabelSelector as a query, as `/scale` shows it."""
    terms = [f"{key}={value}" for key, value in sorted(((selector or {}).get("matchLabels") or {}).items())]
    for term in (selector or {}).get("matchExpressions") or ():
        values = ",".join(term.get("values") or ())
        shapes = {"Exists": "{0}", "DoesNotExist": "!{0}", "In": "{0} in ({1})", "NotIn": "{0} notin ({1})"}
        terms.append(shapes[term["operator"]].format(term["key"], values))
    return ",".join(terms)


_FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "pods": {
        "spec.nodeName": ("spec", "nodeName"),
        "spec.restartPolicy": ("spec", "restartPolicy"),
        "spec.schedulerName": ("spec", "schedulerName"),
        "spec.serviceAccountName": ("spec", "serviceAccountName"),
        "status.phase": ("status", "phase"),
        "status.podIP": ("status", "podIP"),
        "status.nominatedNodeName": ("status", "nominatedNodeName"),
    },
    "nodes": {"spec.unschedulable": ("spec", "unschedulable")},
    "namespaces": {"status.phase": ("status", "phase")},
    "secrets": {"type": ("type",)},
    "jobs.batch": {"status.successful": ("status", "succeeded")},
    "replicasets.apps": {"status.replicas": ("status", "replicas")},
    "events": {
        "involvedObject.kind": ("involvedObject", "kind"),
        "involvedObject.name": ("involvedObject", "name"),
        "involvedObject.namespace": ("involvedObject", "namespace"),
        "reason": ("reason",),
        "type": ("type",),
    },
}
_EVERYBODY = {"metadata.name": ("metadata", "name"), "metadata.namespace": ("metadata", "namespace")}


def _text_at(obj: Object, path: tuple[str, ...]) -> str:
    value: object = obj
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def parse_fields(text: str, resource: str) -> Callable[[Object], bool]:
    """Reads a fieldSelector such as `spec.nodeName=n1,status.phase!=Failed`.

    Raises:
        StatusError: 400, when it cannot be read or the kind has no such selectable field.
    """
    known = _FIELDS.get(resource, {}) | _EVERYBODY
    terms: list[tuple[tuple[str, ...], bool, str]] = []
    for raw in filter(None, text.split(",")):
        parts = re.fullmatch(r"\s*([\w.]+)\s*(==|!=|=)(.*)", raw)
        if parts is None:
            raise bad_request(f"invalid selector: '{text}'; can't understand '{raw}'")
        if parts[1] not in known:
            raise bad_request(_unknown_field(parts[1], resource))
        terms.append((known[parts[1]], parts[2] != "!=", parts[3].strip()))
    return lambda obj: all((_text_at(obj, path) == value) is equal for path, equal, value in terms)


def _unknown_field(name: str, resource: str) -> str:
    if resource == "jobs.batch":
        return f'field label "{name}" not supported for Job'
    if resource in _FIELDS:
        return f"field label not supported: {name}"
    return f'"{name}" is not a known field selector: only "metadata.name", "metadata.namespace"'


def chosen(labels: str, fields: str, resource: str) -> Callable[[Object], bool]:
    """Returns one test for both selectors of a list, a watch or a deletion; empty texts choose everything."""
    by_label = parse_labels(labels)
    by_field = parse_fields(fields, resource)
    return lambda obj: by_label(labels_of(obj)) and by_field(obj)
