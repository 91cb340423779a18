"""The control table in DynamoDB: every write that could hurt carries its condition."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from functions.adapters.aws_errors import code_of, translated
from functions.adapters.control_items import from_item, snapshot_values, target_record, to_item
from functions.core import names
from functions.core.capacity import Layers, Lock, Phase, Snapshot, TargetRecord
from functions.core.errors import SafetyRefusal

ABSENT = "attribute_not_exists(pk)"


class ControlTable:
    """One table: `pk` names a target or its runs, `sk` what is remembered."""

    def __init__(self, *, dynamodb: Any, table: str) -> None:
        """Remembers boto3's client and the table's name."""
        self._dynamodb = dynamodb
        self._table = table

    def recall(self, target: str) -> TargetRecord:
        """Returns all that a tick has to know, by one strongly consistent Query (and its further pages).

        A fleet's member takes a second one, for what it shares with its environment.
        """
        own = self._recall(target)
        environment = names.environment_of(target)
        return own if environment == target else own.within(self._recall(environment))

    def _recall(self, target: str) -> TargetRecord:
        asked: dict[str, Any] = {
            "TableName": self._table,
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :target",
            "ExpressionAttributeValues": to_item({":target": target}),
        }
        items: list[dict[str, Any]] = []
        with translated(f"reading what is remembered of {target}"):
            while True:
                page = self._dynamodb.query(**asked)
                items += page["Items"]
                if "LastEvaluatedKey" not in page:
                    return target_record(items)
                asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def take(self, target: str, *, owner: str, lease: timedelta, now: datetime) -> Lock | None:
        """Takes the lock, or takes it again for its owner; None when another's lease has not ended."""
        until = _instant(now + lease)
        taken = self._update(
            target,
            names.LOCK,
            "SET #owner = :owner, leased_until = :until, fence = if_not_exists(fence, :none) + :one",
            "attribute_not_exists(#owner) OR #owner = :owner OR leased_until <= :now",
            {":owner": owner, ":until": until, ":now": _instant(now), ":none": 0, ":one": 1},
        )
        return None if taken is None else Lock(owner=owner, leased_until=now + lease, fence=taken["fence"])

    def renew(self, target: str, *, owner: str, lease: timedelta, now: datetime) -> None:
        """Lengthens the owner's lease; raises SafetyRefusal when the lock is another's or nobody's."""
        renewed = self._update(
            target,
            names.LOCK,
            "SET leased_until = :until",
            "#owner = :owner",
            {":owner": owner, ":until": _instant(now + lease)},
        )
        if renewed is None:
            raise SafetyRefusal(
                f"The lock of {target} is no longer held by {owner}; the next tick looks again."
            )

    def release(self, target: str, *, owner: str) -> None:
        """Gives the lock back and keeps its counter; a lock that is not the owner's is left alone."""
        self._update(
            target,
            names.LOCK,
            "REMOVE #owner, leased_until",
            "#owner = :owner",
            {":owner": owner},
        )

    def keep(self, target: str, snapshot: Snapshot) -> bool:
        """Writes the snapshot if there is none; False when there was one, which then stays untouched."""
        return self._put(target, names.CAPACITY, snapshot_values(snapshot), condition=ABSENT)

    def settle(self, target: str, snapshot: Snapshot) -> None:
        """Writes what became of the snapshot; raises SafetyRefusal when there is none."""
        condition = "attribute_exists(pk)"
        if not self._put(target, names.CAPACITY, snapshot_values(snapshot), condition=condition):
            raise SafetyRefusal(f"{target} has no capacity snapshot to settle; nothing more is changed.")

    def mark(self, target: str, *, mode: str, layers: Layers, phase: Phase) -> None:
        """Says how far the environment has come; raises SafetyRefusal when there is no snapshot."""
        marked = self._update(
            target,
            names.CAPACITY,
            "SET #mode = :mode, layers = :layers, phase = :phase, attempts = :none, retry_at = :never",
            "attribute_exists(pk)",
            {":mode": mode, ":layers": layers._asdict(), ":phase": phase.value, ":none": 0, ":never": None},
        )
        if marked is None:
            raise SafetyRefusal(
                f"{target} has no capacity snapshot to mark as {phase}; nothing more is changed."
            )

    def postpone(self, target: str, *, attempts: int, retry_at: datetime) -> None:
        """Says that an attempt was given up and when the next may begin; does nothing without a snapshot."""
        self._update(
            target,
            names.CAPACITY,
            "SET attempts = :attempts, retry_at = :retry_at",
            "attribute_exists(pk)",
            {":attempts": attempts, ":retry_at": retry_at.isoformat()},
        )

    def forget(self, target: str) -> None:
        """Deletes the snapshot: the environment is as it was."""
        self._delete(target, names.CAPACITY)

    def record(self, target: str, run: Mapping[str, object], *, started_at: datetime, execution: str) -> bool:
        """Appends a run; False when this execution has already recorded it, which then stays untouched."""
        key = names.run_sort_key(started_at=started_at, execution=execution)
        return self._put(names.run_key(target), key, run, condition=ABSENT)

    def remember(self, target: str, fingerprint: str, *, sentence: str, now: datetime) -> bool:
        """Remembers a fault; False when it was already remembered."""
        told = {"sentence": sentence, "told_at": now.isoformat()}
        return self._put(target, names.PAGE_PREFIX + fingerprint, told, condition=ABSENT)

    def forget_page(self, target: str, fingerprint: str) -> None:
        """Forgets a fault that is over, so that it is told again when it comes back."""
        self._delete(target, names.PAGE_PREFIX + fingerprint)

    def keep_last_good(self, target: str, text: str) -> None:
        """Remembers a document that was just found to be good."""
        self._put(names.environment_of(target), names.LAST_GOOD_SCHEDULE, {"document": text}, condition=None)

    def write_note(self, target: str, name: str, values: Mapping[str, object], *, over: int) -> bool:
        """Writes a note; False when somebody has written it since revision `over`."""
        return self._put(
            target,
            names.NOTE_PREFIX + name,
            {"values": dict(values), "revision": over + 1},
            condition=ABSENT if over == 0 else "revision = :over",
            given={} if over == 0 else {":over": over},
        )

    def place_hold(self, target: str, hold_id: str, values: Mapping[str, object], *, now: datetime) -> bool:
        """Writes a hold; False when one of this id has not expired. `expires` is compared as text, so in UTC."""
        return self._put(
            target,
            names.HOLD_PREFIX + hold_id,
            values,
            condition=f"{ABSENT} OR expires <= :now",
            given={":now": _instant(now)},
        )

    def remove_hold(self, target: str, hold_id: str) -> bool:
        """Deletes a hold; False when there was none."""
        key = to_item({"pk": target, "sk": names.HOLD_PREFIX + hold_id})
        with translated(f"removing hold {hold_id} of {target}"):
            answer = self._dynamodb.delete_item(TableName=self._table, Key=key, ReturnValues="ALL_OLD")
        return bool(answer.get("Attributes"))

    def apply_schedule(self, target: str, text: str) -> None:
        """Puts a schedule document in force."""
        self._put(target, names.SCHEDULE, {"document": text}, condition=None)

    def _put(
        self,
        pk: str,
        sk: str,
        values: Mapping[str, object],
        *,
        condition: str | None,
        given: Mapping[str, object] | None = None,
    ) -> bool:
        extra: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        if given:
            extra["ExpressionAttributeValues"] = to_item(given)
        item = to_item({**values, "pk": pk, "sk": sk})
        try:
            with translated(f"writing {sk} of {pk}"):
                self._dynamodb.put_item(TableName=self._table, Item=item, **extra)
        except Exception as error:
            if _condition_failed(error):
                return False
            raise
        return True

    def _update(
        self,
        pk: str,
        sk: str,
        update: str,
        condition: str,
        values: Mapping[str, object],
    ) -> dict[str, Any] | None:
        """Updates an item; None when the condition did not hold. A name after # is an attribute's own."""
        aliases = {"#" + word: word for word in ("owner", "mode") if f"#{word}" in update + condition}
        try:
            with translated(f"updating {sk} of {pk}"):
                answer = self._dynamodb.update_item(
                    TableName=self._table,
                    Key=to_item({"pk": pk, "sk": sk}),
                    UpdateExpression=update,
                    ConditionExpression=condition,
                    ExpressionAttributeValues=to_item(values),
                    ReturnValues="ALL_NEW",
                    **({"ExpressionAttributeNames": aliases} if aliases else {}),
                )
        except Exception as error:
            if _condition_failed(error):
                return None
            raise
        return from_item(answer["Attributes"])

    def _delete(self, pk: str, sk: str) -> None:
        with translated(f"deleting {sk} of {pk}"):
            self._dynamodb.delete_item(TableName=self._table, Key=to_item({"pk": pk, "sk": sk}))


def _condition_failed(error: Exception) -> bool:
    cause = error.__cause__
    return isinstance(cause, ClientError) and code_of(cause) == "ConditionalCheckFailedException"


def _instant(moment: datetime) -> str:
    """Writes an instant so that its text sorts by time: always in UTC, always with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
