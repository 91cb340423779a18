"""The control table in memory; `tests/integration/test_control_table.py` holds it to the same laws as the adapter."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from functions.core import names
from functions.core.capacity import Layers, Lock, Note, Phase, Snapshot, TargetRecord
from functions.core.errors import SafetyRefusal


class FakeControlTable:
    """Remembers one record per target, and the runs."""

    def __init__(self) -> None:
        self.records: dict[str, TargetRecord] = {}
        self.fences: dict[str, int] = {}
        self.runs: dict[str, Mapping[str, object]] = {}

    def recall(self, target: str) -> TargetRecord:
        own = self.records.get(target, TargetRecord())
        environment = names.environment_of(target)
        return own if environment == target else own.within(self.records.get(environment, TargetRecord()))

    def change(self, target: str, **changes: object) -> None:
        self.records[target] = self.recall(target)._replace(**changes)  # type: ignore[arg-type] # a record's own fields

    def take(self, target: str, *, owner: str, lease: timedelta, now: datetime) -> Lock | None:
        lock = self.recall(target).lock
        if lock and lock.owner != owner and lock.leased_until > now:
            return None
        self.fences[target] = self.fences.get(target, 0) + 1
        taken = Lock(owner=owner, leased_until=now + lease, fence=self.fences[target])
        self.change(target, lock=taken)
        return taken

    def renew(self, target: str, *, owner: str, lease: timedelta, now: datetime) -> None:
        lock = self.recall(target).lock
        if lock is None or lock.owner != owner:
            raise SafetyRefusal(f"The lock of {target} is no longer held by {owner}.")
        self.change(target, lock=lock._replace(leased_until=now + lease))

    def release(self, target: str, *, owner: str) -> None:
        lock = self.recall(target).lock
        if lock and lock.owner == owner:
            self.change(target, lock=None)

    def keep(self, target: str, snapshot: Snapshot) -> bool:
        if self.recall(target).snapshot is not None:
            return False
        self.change(target, snapshot=snapshot)
        return True

    def settle(self, target: str, snapshot: Snapshot) -> None:
        if self.recall(target).snapshot is None:
            raise SafetyRefusal(f"{target} has no capacity snapshot.")
        self.change(target, snapshot=snapshot)

    def mark(self, target: str, *, mode: str, layers: Layers, phase: Phase) -> None:
        snapshot = self.recall(target).snapshot
        if snapshot is None:
            raise SafetyRefusal(f"{target} has no capacity snapshot.")
        marked = snapshot._replace(mode=mode, layers=layers, phase=phase, attempts=0, retry_at=None)
        self.change(target, snapshot=marked)

    def postpone(self, target: str, *, attempts: int, retry_at: datetime) -> None:
        snapshot = self.recall(target).snapshot
        if snapshot is not None:
            self.change(target, snapshot=snapshot._replace(attempts=attempts, retry_at=retry_at))

    def forget(self, target: str) -> None:
        self.change(target, snapshot=None)

    def record(self, target: str, run: Mapping[str, object], *, started_at: datetime, execution: str) -> bool:
        key = names.run_key(target) + names.run_sort_key(started_at=started_at, execution=execution)
        if key in self.runs:
            return False
        self.runs[key] = run
        return True

    def remember(self, target: str, fingerprint: str, *, sentence: str, now: datetime) -> bool:
        pages = self.recall(target).pages
        self.change(target, pages=pages | {fingerprint})
        return fingerprint not in pages

    def forget_page(self, target: str, fingerprint: str) -> None:
        self.change(target, pages=self.recall(target).pages - {fingerprint})

    def write_note(self, target: str, name: str, values: Mapping[str, object], *, over: int) -> bool:
        record = self.recall(target)
        if record.note(name).revision != over:
            return False
        self.change(target, notes={**record.notes, name: Note(dict(values), over + 1)})
        return True

    def place_hold(self, target: str, hold_id: str, values: Mapping[str, object], *, now: datetime) -> bool:
        holds = {str(one["id"]): one for one in self.recall(target).holds}
        known = holds.get(hold_id)
        if known and datetime.fromisoformat(str(known["expires"])) > now:
            return False
        holds[hold_id] = {**values, "id": hold_id}
        self.change(target, holds=tuple(holds.values()))
        return True

    def remove_hold(self, target: str, hold_id: str) -> bool:
        holds = self.recall(target).holds
        left = tuple(one for one in holds if one["id"] != hold_id)
        self.change(target, holds=left)
        return len(left) < len(holds)

    def apply_schedule(self, target: str, text: str) -> None:
        self.change(target, schedule=text)

    def keep_last_good(self, target: str, text: str) -> None:
        self.change(names.environment_of(target), last_good_schedule=text)
