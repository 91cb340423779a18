"""Who may do what: RBAC over the stored objects, besides the rights that an EKS access policy brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from twin.cluster.status import StatusError, forbidden

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin.cluster.kinds import Kind
    from twin.cluster.objects import Objects
    from twin.cluster.shapes import Object

READ = ("get", "list", "watch")


@dataclass(frozen=True, slots=True)
class Grant:
    """A right that holds besides RBAC. `*` means everything; namespaces of None mean everywhere."""

    verbs: tuple[str, ...]
    resources: tuple[str, ...] = ("*",)
    namespaces: tuple[str, ...] | None = None
    except_resources: tuple[str, ...] = ()

    def allows(self, verb: str, resource: str, namespace: str) -> bool:
        """Returns whether the right covers one request."""
        if self.namespaces is not None and namespace not in self.namespaces:
            return False
        return (
            _has(self.verbs, verb)
            and _has(self.resources, resource)
            and resource not in self.except_resources
        )


@dataclass(frozen=True, slots=True)
class Identity:
    """A caller: a name, the groups that RBAC knows it by, and rights of its own."""

    user: str
    groups: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()


class Authenticator(Protocol):
    """Tells who a request's headers speak for."""

    def identify(self, headers: Mapping[str, str]) -> Identity:
        """Names the caller.

        Raises:
            StatusError: 401 when nobody known stands behind the request.
        """


def _has(listed: object, wanted: str) -> bool:
    return isinstance(listed, (list, tuple)) and ("*" in listed or wanted in listed)


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """What a caller wants to do, in RBAC's words; the resource of a part is `pods/eviction`."""

    verb: str
    kind: Kind
    resource: str
    namespace: str
    name: str


def authorize(objects: Objects, who: Identity, wanted: AccessRequest) -> None:
    """Lets a request through or refuses it.

    Raises:
        StatusError: 403 in the API server's words.
    """
    if any(grant.allows(wanted.verb, wanted.resource, wanted.namespace) for grant in who.grants):
        return
    if any(_rule_allows(rule, wanted) for rule in _rules(objects, who, wanted.namespace)):
        return
    raise _refusal(who, wanted)


def _refusal(who: Identity, wanted: AccessRequest) -> StatusError:
    where = f' in the namespace "{wanted.namespace}"' if wanted.namespace else " at the cluster scope"
    return forbidden(
        wanted.kind,
        wanted.name,
        f'User "{who.user}" cannot {wanted.verb} resource "{wanted.resource}" '
        f'in API group "{wanted.kind.group}"{where}',
    )


def _rule_allows(rule: Object, wanted: AccessRequest) -> bool:
    names = rule.get("resourceNames") or []
    part = wanted.resource.partition("/")[2]
    resources = rule.get("resources") or []
    return (
        _has(rule.get("apiGroups"), wanted.kind.group)
        and _has(rule.get("verbs"), wanted.verb)
        and (_has(resources, wanted.resource) or (bool(part) and f"*/{part}" in resources))
        and (not names or wanted.name in names)
    )


def _rules(objects: Objects, who: Identity, namespace: str) -> Iterator[Object]:
    """Returns the rules that bind the caller in a namespace, cluster-wide ones first."""
    for binding in objects.listing("clusterrolebindings.rbac.authorization.k8s.io"):
        if _binds(binding, who):
            yield from _role(objects, binding["roleRef"], "")
    if namespace:
        for binding in objects.listing("rolebindings.rbac.authorization.k8s.io", namespace):
            if _binds(binding, who):
                yield from _role(objects, binding["roleRef"], namespace)


def _binds(binding: Object, who: Identity) -> bool:
    return any(
        (subject.get("kind") == "User" and subject["name"] == who.user)
        or (subject.get("kind") == "Group" and subject["name"] in who.groups)
        for subject in binding.get("subjects") or ()
    )


def _role(objects: Objects, reference: Object, namespace: str) -> list[Object]:
    plural, where = ("clusterroles", "") if reference["kind"] == "ClusterRole" else ("roles", namespace)
    role = objects.get(f"{plural}.rbac.authorization.k8s.io", where, reference["name"])
    return list((role or {}).get("rules") or ())
