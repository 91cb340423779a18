"""Which kinds the cluster knows, and what each may do. A CustomResourceDefinition adds more at run time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object, as discovery shows it.

    Attributes:
        group: The API group; empty for the core group.
        version: The one version that is served.
        name: The kind, such as `Deployment`.
        plural: The resource in the path, such as `deployments`.
        namespaced: Whether objects live in a namespace.
        status: Whether `/status` is written apart from the rest.
        scale: Whether `/scale` is served.
        generation: Whether a change of the spec raises `metadata.generation`.
        short: Short names for kubectl.
        custom: Whether it is an opaque object: stored, patched and watched, but of no known shape.
    """

    group: str
    version: str
    name: str
    plural: str
    namespaced: bool = True
    status: bool = False
    scale: bool = False
    generation: bool = False
    short: tuple[str, ...] = ()
    custom: bool = False

    @property
    def api_version(self) -> str:
        """`v1` or `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """`pods` or `deployments.apps`: how errors and the store name it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


def _custom(group: str, version: str, name: str, plural: str, *, scale: bool = False) -> Kind:
    return Kind(group, version, name, plural, status=True, scale=scale, generation=True, custom=True)


_RBAC, _ADMISSION = "rbac.authorization.k8s.io", "admissionregistration.k8s.io"

BUILT_IN = (
    Kind("", "v1", "Namespace", "namespaces", namespaced=False, status=True, short=("ns",)),
    Kind("", "v1", "Node", "nodes", namespaced=False, status=True, short=("no",)),
    Kind("", "v1", "Pod", "pods", status=True, generation=True, short=("po",)),
    Kind("", "v1", "ConfigMap", "configmaps", short=("cm",)),
    Kind("", "v1", "Secret", "secrets"),
    Kind("", "v1", "Service", "services", status=True, short=("svc",)),
    Kind("", "v1", "ServiceAccount", "serviceaccounts", short=("sa",)),
    Kind("", "v1", "Event", "events", short=("ev",)),
    Kind("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", status=True, short=("pvc",)),
    Kind("", "v1", "LimitRange", "limitranges"),
    Kind("", "v1", "ResourceQuota", "resourcequotas", status=True),
    Kind(
        "apps", "v1", "Deployment", "deployments",
        status=True, scale=True, generation=True, short=("deploy",),
    ),
    Kind("apps", "v1", "ReplicaSet", "replicasets", status=True, scale=True, generation=True, short=("rs",)),
    Kind(
        "apps", "v1", "StatefulSet", "statefulsets",
        status=True, scale=True, generation=True, short=("sts",),
    ),
    Kind("apps", "v1", "DaemonSet", "daemonsets", status=True, generation=True, short=("ds",)),
    Kind("batch", "v1", "Job", "jobs", status=True, generation=True),
    Kind("batch", "v1", "CronJob", "cronjobs", status=True, generation=True, short=("cj",)),
    Kind(
        "autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers",
        status=True, short=("hpa",),
    ),
    Kind(
        "policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets",
        status=True, generation=True, short=("pdb",),
    ),
    Kind("coordination.k8s.io", "v1", "Lease", "leases"),
    Kind("networking.k8s.io", "v1", "Ingress", "ingresses", status=True, generation=True, short=("ing",)),
    Kind("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", generation=True, short=("netpol",)),
    Kind("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", namespaced=False, short=("pc",)),
    Kind("storage.k8s.io", "v1", "StorageClass", "storageclasses", namespaced=False, short=("sc",)),
    Kind(_RBAC, "v1", "ClusterRole", "clusterroles", namespaced=False),
    Kind(_RBAC, "v1", "ClusterRoleBinding", "clusterrolebindings", namespaced=False),
    Kind(_RBAC, "v1", "Role", "roles"),
    Kind(_RBAC, "v1", "RoleBinding", "rolebindings"),
    Kind(
        _ADMISSION, "v1", "ValidatingAdmissionPolicy", "validatingadmissionpolicies",
        namespaced=False, status=True, generation=True,
    ),
    Kind(
        _ADMISSION, "v1", "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings",
        namespaced=False,
    ),
    Kind(
        "apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions",
        namespaced=False, status=True, generation=True, short=("crd",),
    ),
)  # fmt: skip

INSTALLED = (
    _custom("keda.sh", "v1alpha1", "ScaledObject", "scaledobjects"),
    _custom("argoproj.io", "v1alpha1", "Application", "applications"),
    _custom("argoproj.io", "v1alpha1", "Rollout", "rollouts", scale=True),
    _custom("external-secrets.io", "v1", "ExternalSecret", "externalsecrets"),
    _custom("external-secrets.io", "v1", "SecretStore", "secretstores"),
    _custom("velero.io", "v1", "BackupStorageLocation", "backupstoragelocations"),
    _custom("velero.io", "v1", "Schedule", "schedules"),
    Kind(
        "karpenter.sh", "v1", "NodePool", "nodepools",
        namespaced=False, status=True, generation=True, custom=True,
    ),
)  # fmt: skip


class Kinds:
    """The kinds that are served, found by path or by what an object says of itself."""

    def __init__(self) -> None:
        self._by_path: dict[tuple[str, str, str], Kind] = {}
        self._by_name: dict[tuple[str, str], Kind] = {}
        self._by_resource: dict[str, Kind] = {}
        for kind in (*BUILT_IN, *INSTALLED):
            self.add(kind)

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._by_path.values())

    def add(self, kind: Kind) -> None:
        """Serves one more kind; the same again changes nothing."""
        self._by_path[kind.group, kind.version, kind.plural] = kind
        self._by_name[kind.api_version, kind.name] = kind
        self._by_resource[kind.resource] = kind

    def at(self, group: str, version: str, plural: str) -> Kind | None:
        """Returns the kind that is served under a path; None when none is."""
        return self._by_path.get((group, version, plural))

    def named(self, api_version: str, name: str) -> Kind | None:
        """Returns the kind of an object that calls itself so; None when it is unknown."""
        return self._by_name.get((api_version, name))

    def of(self, resource: str) -> Kind:
        """Returns the kind of a resource, such as `deployments.apps`.

        Raises:
            KeyError: The cluster does not know it.
        """
        return self._by_resource[resource]
