"""Node groups in memory: a raise brings Ready nodes at once, and a retired node is gone at once."""

from datetime import UTC, datetime, timedelta

from functions.core.cluster import Node
from functions.core.nodegroups import Nodegroup, Size

BIRTH = datetime(2026, 11, 2, tzinfo=UTC)


class FakeNodegroups:
    """Shares its nodes with the fake cluster."""

    def __init__(self, sizes: dict[str, Size]) -> None:
        self.groups = {name: Nodegroup(name, Size(0, 0, size.max)) for name, size in sizes.items()}
        self.nodes: dict[str, Node] = {}
        self.born = 0
        self.barren: set[str] = set()
        """Groups for which no capacity comes."""
        self.issues: dict[str, tuple[str, ...]] = {}
        for name, size in sizes.items():
            self.resize(name, size)

    def describe(self, name: str) -> Nodegroup | None:
        group = self.groups.get(name)
        return group._replace(issues=self.issues.get(name, ())) if group else None

    def resize(self, name: str, size: Size) -> None:
        assert 0 <= size.min <= size.desired <= size.max, size
        assert size.max >= 1, size
        self.groups[name] = self.groups[name]._replace(size=size)
        while (
            name not in self.barren
            and sum(node.nodegroup == name for node in self.nodes.values()) < size.desired
        ):
            self.born += 1
            node = Node(
                name=f"node-{self.born}",
                nodegroup=name,
                ready=True,
                cordoned=False,
                cordoned_by_toban=False,
                instance_id=f"i-{self.born}",
                zone="abc"[self.born % 3],
                created_at=BIRTH + timedelta(minutes=self.born),
            )
            self.nodes[node.name] = node

    def retire(self, node: Node) -> bool:
        node = next((one for one in self.nodes.values() if one.instance_id == node.instance_id), None)
        if node is None:
            return False
        size = self.groups[node.nodegroup].size
        assert size.desired > size.min, "EKS refuses to go below min"
        del self.nodes[node.name]
        self.groups[node.nodegroup] = self.groups[node.nodegroup]._replace(
            size=size._replace(desired=size.desired - 1)
        )
        return True
