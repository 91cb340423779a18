"""Items of one DynamoDB table: read by partition, written and deleted under a condition that may not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.adapters.aws_errors import translated
from functions.adapters.control_items import KEYS, from_item, to_item
from functions.core.errors import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Mapping


class DynamoItems:
    """One table, with keys `pk` and `sk`; each write answers whether its condition held."""

    def __init__(self, *, dynamodb: Any, table: str) -> None:
        """Remembers boto3's client and the table's name."""
        self._dynamodb = dynamodb
        self._table = table

    def partition(self, pk: str) -> list[dict[str, Any]]:
        """Returns the items of a partition as DynamoDB has them, strongly consistent, page by page."""
        asked: dict[str, Any] = {
            "TableName": self._table,
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :target",
            "ExpressionAttributeValues": to_item({":target": pk}),
        }
        items: list[dict[str, Any]] = []
        with translated(f"reading what is remembered of {pk}"):
            while True:
                page = self._dynamodb.query(**asked)
                items += page["Items"]
                if "LastEvaluatedKey" not in page:
                    return items
                asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def find(self, pk: str, sk: str) -> dict[str, Any]:
        """Returns an item's values as they are now, without its keys; empty when there is none."""
        with translated(f"reading {sk} of {pk}"):
            answer = self._dynamodb.query(
                TableName=self._table,
                ConsistentRead=True,
                KeyConditionExpression="pk = :pk AND sk = :sk",
                ExpressionAttributeValues=to_item({":pk": pk, ":sk": sk}),
            )
        items = [from_item(item) for item in answer["Items"]]
        return {name: value for item in items for name, value in item.items() if name not in KEYS}

    def put(
        self,
        pk: str,
        sk: str,
        values: Mapping[str, object],
        *,
        condition: str,
        given: Mapping[str, object] | None = None,
    ) -> bool:
        """Writes an item; False when the condition did not hold."""
        extra = {"ExpressionAttributeValues": to_item(given)} if given else {}
        item = to_item({**values, "pk": pk, "sk": sk})
        try:
            with translated(f"writing {sk} of {pk}"):
                self._dynamodb.put_item(
                    TableName=self._table, Item=item, ConditionExpression=condition, **extra
                )
        except ConditionFailed:
            return False
        return True

    def update(
        self, pk: str, sk: str, update: str, *, condition: str | None, given: Mapping[str, object]
    ) -> bool:
        """Updates an item; False when the condition did not hold. A name after # is an attribute's own."""
        text = f"{update} {condition or ''}"
        aliases = {f"#{word}": word for word in ("owner", "action") if f"#{word}" in text}
        extra: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        if aliases:
            extra["ExpressionAttributeNames"] = aliases
        try:
            with translated(f"updating {sk} of {pk}"):
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key=to_item({"pk": pk, "sk": sk}),
                    UpdateExpression=update,
                    ExpressionAttributeValues=to_item(given),
                    **extra,
                )
        except ConditionFailed:
            return False
        return True

    def delete(
        self, pk: str, sk: str, *, condition: str | None = None, given: Mapping[str, object] | None = None
    ) -> dict[str, Any] | None:
        """Deletes an item and returns what it was, empty for nothing; None when the condition failed."""
        extra: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        if given:
            extra["ExpressionAttributeValues"] = to_item(given)
        try:
            with translated(f"deleting {sk} of {pk}"):
                answer = self._dynamodb.delete_item(
                    TableName=self._table, Key=to_item({"pk": pk, "sk": sk}), ReturnValues="ALL_OLD", **extra
                )
        except ConditionFailed:
            return None
        return from_item(answer.get("Attributes", {}))
