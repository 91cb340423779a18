"""Many operations, one transaction: all of them happen, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api import idempotency
from api.errors import Problem
from api.responses import to_json
from api.tasks import repository, statements
from api.tasks.schemas import BulkCreate, BulkDelete, BulkUpdate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.checkout import Connection
    from api.database import Database

Operation = BulkCreate | BulkUpdate | BulkDelete


async def run_all(
    database: Database,
    user_id: int,
    operations: Sequence[Operation],
    *,
    key: str | None,
    digest: bytes,
    lead_s: float,
) -> bytes | None:
    """Carries the operations out and returns their results as JSON; None if the key was used before.

    Raises:
        Problem: of the first operation that fails, with its index; nothing has happened then.
    """
    async with database.transaction() as connection:
        if key is not None and not await connection.fetch(idempotency.CLAIM, user_id, key, digest):
            return None
        touched = [operation.id for operation in operations if not isinstance(operation, BulkCreate)]
        await repository.lock(connection, user_id, touched)
        results = []
        for index, operation in enumerate(operations):
            try:
                results.append(await _run(connection, user_id, operation, lead_s=lead_s))
            except Problem as problem:
                problem.members["operation"] = index
                raise
        answer = to_json({"results": results})
        if key is not None:
            await connection.execute(idempotency.KEEP, user_id, key, answer.decode())
    return answer


async def _run(
    connection: Connection, user_id: int, operation: Operation, *, lead_s: float
) -> dict[str, Any]:
    if isinstance(operation, BulkCreate):
        arguments = repository.create_arguments(user_id, operation, lead_s=lead_s)
        return {"status": 201, "task": dict((await connection.fetch(statements.CREATE, *arguments))[0])}
    if isinstance(operation, BulkUpdate):
        arguments = repository.update_arguments(
            user_id, operation.id, [operation.version], operation, lead_s=lead_s
        )
        rows = await connection.fetch(statements.UPDATE, *arguments)
        return {"status": 200, "task": repository.changed_row(rows)}
    rows = await connection.fetch(statements.DELETE, operation.id, user_id, [operation.version])
    return {"status": 204, "id": repository.changed_row(rows)["id"]}
