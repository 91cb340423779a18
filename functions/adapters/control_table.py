"""The control table in DynamoDB: every write that could hurt carries its condition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.adapters.control_items import instant_text, is_setting, target_record
from functions.adapters.dynamodb_items import DynamoItems
from functions.core import names
from functions.core.control import Holder, Lock, TargetRecord
from functions.core.errors import SafetyRefusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

ABSENT = "attribute_not_exists(pk)"


class ControlTable:
    """One table: `pk` names a target or its runs, `sk` what is remembered."""

    def __init__(self, *, dynamodb: Any, table: str) -> None:
        """Remembers boto3's client and the table's name."""
        self._items = DynamoItems(dynamodb=dynamodb, table=table)

    def recall(self, target: str) -> TargetRecord:
        """Returns all that a tick has to know, by two strongly consistent Queries (and their further pages).

        One is for the target, one for the settings. A fleet's member takes a third, for what it shares with
        its environment. A setting counts where only people can write it, and nowhere else.
        """
        environment = names.environment_of(target)
        settings = filter(is_setting, self._items.partition(names.settings_key(target)))
        theirs = target_record([*self._unset(environment), *settings])
        if environment == target:
            return theirs
        return target_record(self._unset(target)).within(theirs)

    def _unset(self, pk: str) -> list[dict[str, Any]]:
        return [item for item in self._items.partition(pk) if not is_setting(item)]

    def take(self, target: str, *, holder: Holder, lease: timedelta, now: datetime) -> Lock | None:
        """Takes the lock, or takes it again.

        None when another's lease has not ended, or the execution is expelled.
        """
        taken = self._update_lock(
            target,
            "SET #owner = :owner, leased_until = :until, capability = :capability, "
            "#action = :action, tell = :tell",
            "(attribute_not_exists(#owner) OR #owner = :owner OR leased_until <= :now) "
            "AND (attribute_not_exists(expelled) OR expelled <> :owner)",
            {
                ":owner": holder.execution,
                ":capability": holder.capability,
                ":action": holder.action,
                ":tell": holder.tell.value,
                ":until": instant_text(now + lease),
                ":now": instant_text(now),
            },
        )
        return Lock(holder, now + lease) if taken else None

    def renew(self, target: str, *, execution: str, lease: timedelta, now: datetime) -> None:
        """Lengthens the execution's lease; raises SafetyRefusal when the lock is another's or nobody's."""
        values = {":owner": execution, ":until": instant_text(now + lease)}
        if not self._update_lock(target, "SET leased_until = :until", "#owner = :owner", values):
            raise SafetyRefusal(
                f"The lock of {target} is no longer held by {execution}; the next tick looks again."
            )

    def release(self, target: str, *, execution: str) -> None:
        """Gives the lock back; one that is not the execution's is left alone."""
        self._update_lock(target, "REMOVE #owner, leased_until", "#owner = :owner", {":owner": execution})

    def expel(self, target: str, *, execution: str) -> None:
        """Takes the lock from an execution that has ended, and refuses it to that execution from then on."""
        values = {":owner": execution}
        # First what keeps it out, then what it holds: between the two it may only lose.
        self._update_lock(target, "SET expelled = :owner", None, values)
        self._update_lock(target, "REMOVE #owner, leased_until", "#owner = :owner", values)

    def record_run(
        self, target: str, run: Mapping[str, object], *, started_at: datetime, execution: str
    ) -> bool:
        """Appends a run; False when this execution has already recorded it, which then stays untouched."""
        key = names.run_sort_key(started_at=started_at, execution=execution)
        return self._items.put(names.run_key(target), key, run, condition=ABSENT)

    def remember_page(self, target: str, notification: str, *, sentence: str, now: datetime) -> bool:
        """Claims that something is told now; a claim that nobody confirmed may be taken up once."""
        key = names.PAGE_PREFIX + notification
        told = {"sentence": sentence, "told_at": now.isoformat(), "unconfirmed": 1}
        if self._items.put(target, key, told, condition=ABSENT):
            return True
        given = {":first": 1, ":second": 2}
        return self._items.update(
            target, key, "SET unconfirmed = :second", condition="unconfirmed = :first", given=given
        )

    def confirm_page(self, target: str, notification: str) -> None:
        """Remembers that what was claimed has been told."""
        key = names.PAGE_PREFIX + notification
        given = {":most": 2}
        self._items.update(target, key, "REMOVE unconfirmed", condition="unconfirmed <= :most", given=given)

    def repeat_page(self, target: str, notification: str, *, now: datetime) -> None:
        """Remembers when a thing that was told has happened again; one that is forgotten stays so."""
        key = names.PAGE_PREFIX + notification
        given = {":now": now.isoformat()}
        self._items.update(target, key, "SET last_at = :now", condition="attribute_exists(pk)", given=given)

    def forget_page(self, target: str, notification: str) -> bool:
        """Forgets a thing that is over, so that it is told again when it comes back; False if it was gone."""
        return bool(self._items.delete(target, names.PAGE_PREFIX + notification))

    def write_note(self, target: str, name: str, values: Mapping[str, object], *, over: int) -> bool:
        """Writes a note; False when somebody has written it since revision `over`, with other values."""
        written = {"values": dict(values), "revision": over + 1}
        pk, key = _place(target, name)
        if over == 0:
            put = self._items.put(pk, key, written, condition=ABSENT)
        else:
            put = self._items.put(pk, key, written, condition="revision = :over", given={":over": over})
        return put or self._items.find(pk, key) == written

    def delete_note(self, target: str, name: str, *, over: int) -> bool:
        """Deletes a note; False when somebody has written it since revision `over`.

        One that is gone stays gone.
        """
        condition = f"{ABSENT} OR revision = :over"
        pk, key = _place(target, name)
        return self._items.delete(pk, key, condition=condition, given={":over": over}) is not None

    def place_hold(self, target: str, hold_id: str, values: Mapping[str, object], *, now: datetime) -> bool:
        """Writes a hold; False when one of this id has not expired.

        `expires` is compared as text, so in UTC.
        """
        return self._items.put(
            names.settings_key(target),
            names.HOLD_PREFIX + hold_id,
            values,
            condition=f"{ABSENT} OR expires <= :now",
            given={":now": instant_text(now)},
        )

    def remove_hold(self, target: str, hold_id: str) -> bool:
        """Deletes a hold; False when there was none."""
        return bool(self._items.delete(names.settings_key(target), names.HOLD_PREFIX + hold_id))

    def _update_lock(
        self, target: str, update: str, condition: str | None, values: Mapping[str, object]
    ) -> bool:
        return self._items.update(target, names.LOCK, update, condition=condition, given=values)


def _place(target: str, note: str) -> tuple[str, str]:
    """Returns the keys of a note: people's lie apart from functions'."""
    setting = note.startswith(names.SETTINGS_NOTE)
    return names.settings_key(target) if setting else target, names.NOTE_PREFIX + note
