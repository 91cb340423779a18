"""The control table in memory.

`tests/integration/test_control_table.py` holds it to the same laws as the adapter.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from functions.core import names
from functions.core.control import Holder, Lock, Note, TargetRecord
from functions.core.errors import SafetyRefusal


class FakeControlTable:
    """Remembers one record per target, and the runs."""

    def __init__(self) -> None:
        self.records: dict[str, TargetRecord] = {}
        self.expelled: dict[str, str] = {}
        self.runs: dict[str, Mapping[str, object]] = {}

    def recall(self, target: str) -> TargetRecord:
        own = self._own(target)
        environment = names.environment_of(target)
        return own if environment == target else own.within(self._own(environment))

    def _own(self, target: str) -> TargetRecord:
        return self.records.get(target, TargetRecord())

    def change(self, target: str, **changes: object) -> None:
        self.records[target] = self._own(target)._replace(**changes)  # type: ignore[arg-type] # a record's own fields

    def put_note(self, target: str, name: str, values: Mapping[str, object]) -> None:
        """Writes a note over whatever is there, as a test's arrangement."""
        self.write_note(target, name, values, over=self._own(target).note(name).revision)

    def take(self, target: str, *, holder: Holder, lease: timedelta, now: datetime) -> Lock | None:
        lock = self._own(target).lock
        if lock and lock.holder.execution != holder.execution and lock.leased_until > now:
            return None
        if self.expelled.get(target) == holder.execution:
            return None
        taken = Lock(holder, now + lease)
        self.change(target, lock=taken)
        return taken

    def renew(self, target: str, *, execution: str, lease: timedelta, now: datetime) -> None:
        lock = self._own(target).lock
        if lock is None or lock.holder.execution != execution:
            raise SafetyRefusal(f"The lock of {target} is no longer held by {execution}.")
        self.change(target, lock=lock._replace(leased_until=now + lease))

    def release(self, target: str, *, execution: str) -> None:
        lock = self._own(target).lock
        if lock and lock.holder.execution == execution:
            self.change(target, lock=None)

    def expel(self, target: str, *, execution: str) -> None:
        self.expelled[target] = execution
        self.release(target, execution=execution)

    def record_run(
        self, target: str, run: Mapping[str, object], *, started_at: datetime, execution: str
    ) -> bool:
        key = names.run_key(target) + names.run_sort_key(started_at=started_at, execution=execution)
        if key in self.runs:
            return False
        self.runs[key] = run
        return True

    def remember_page(self, target: str, notification: str, *, sentence: str, now: datetime) -> bool:
        pages = self._own(target).pages
        known = pages.get(notification)
        if known is not None and known.get("unconfirmed") != 1:
            return False
        told = {"sentence": sentence, "told_at": now.isoformat(), "unconfirmed": 1}
        claimed = told if known is None else {**known, "unconfirmed": 2}
        self.change(target, pages={**pages, notification: claimed})
        return True

    def confirm_page(self, target: str, notification: str) -> None:
        pages = self._own(target).pages
        if notification in pages:
            told = {name: value for name, value in pages[notification].items() if name != "unconfirmed"}
            self.change(target, pages={**pages, notification: told})

    def repeat_page(self, target: str, notification: str, *, now: datetime) -> None:
        pages = self._own(target).pages
        if notification in pages:
            again = {**pages[notification], "last_at": now.isoformat()}
            self.change(target, pages={**pages, notification: again})

    def forget_page(self, target: str, notification: str) -> bool:
        pages = self._own(target).pages
        self.change(target, pages={key: told for key, told in pages.items() if key != notification})
        return notification in pages

    def write_note(self, target: str, name: str, values: Mapping[str, object], *, over: int) -> bool:
        record, written = self._own(target), Note(dict(values), over + 1)
        if record.note(name).revision != over:
            return record.note(name) == written
        self.change(target, notes={**record.notes, name: written})
        return True

    def delete_note(self, target: str, name: str, *, over: int) -> bool:
        notes = self._own(target).notes
        if name in notes and notes[name].revision != over:
            return False
        self.change(target, notes={key: note for key, note in notes.items() if key != name})
        return True

    def place_hold(self, target: str, hold_id: str, values: Mapping[str, object], *, now: datetime) -> bool:
        holds = {str(hold["id"]): hold for hold in self._own(target).holds}
        known = holds.get(hold_id)
        if known and datetime.fromisoformat(str(known["expires"])) > now:
            return False
        holds[hold_id] = {**values, "id": hold_id}
        self.change(target, holds=tuple(holds.values()))
        return True

    def remove_hold(self, target: str, hold_id: str) -> bool:
        holds = self._own(target).holds
        left = tuple(hold for hold in holds if hold["id"] != hold_id)
        self.change(target, holds=left)
        return len(left) < len(holds)
