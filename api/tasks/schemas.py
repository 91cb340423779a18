"""What the task routes take."""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)

from api.bodies import NO_NUL, Body
from api.words import MOMENT, moment_of, number_in_text

Status = Literal["TODO", "IN_PROGRESS", "DONE"]
Priority = Literal["LOW", "MEDIUM", "HIGH"]
Order = Literal[
    "created_at", "-created_at", "updated_at", "-updated_at", "due_date", "-due_date", "priority", "-priority"
]
MAX_ID: Final = 2_147_483_647
"""The largest SERIAL."""

Moment = Annotated[
    datetime,
    PlainValidator(moment_of),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": MOMENT}),
]
Number = BeforeValidator(number_in_text)
"""In a path or a query everything is text; in a body JSON itself tells text from numbers."""

Title = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)]
Description = Annotated[str, StringConstraints(max_length=10_000, pattern=NO_NUL)]
TaskId = Annotated[int, Field(ge=1, le=MAX_ID)]


class TaskCreate(Body):
    """A new task; only the title must be there."""

    title: Title
    description: Description | None = None
    status: Status = "TODO"
    priority: Priority = "MEDIUM"
    due_date: Moment | None = None


class TaskUpdate(Body):
    """What is to change; what is left out stays. Description and due date can be taken away with null."""

    title: Title = ""
    description: Description | None = None
    status: Status = "TODO"
    priority: Priority = "MEDIUM"
    due_date: Moment | None = None


class BulkCreate(TaskCreate):
    """One task to make."""

    op: Literal["create"]


class BulkUpdate(TaskUpdate):
    """One task to change, if it still has this version."""

    op: Literal["update"]
    id: TaskId
    version: TaskId


class BulkDelete(Body):
    """One task to delete, if it still has this version."""

    op: Literal["delete"]
    id: TaskId
    version: TaskId


class Bulk(Body):
    """Up to a hundred operations: all of them happen, or none."""

    operations: Annotated[
        list[Annotated[BulkCreate | BulkUpdate | BulkDelete, Field(discriminator="op")]],
        Field(min_length=1, max_length=100),
    ]


class TaskQuery(BaseModel):
    """Which tasks, in which order, from where on; an unknown word is refused: a typing error is no wish."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Status | None = None
    priority: Priority | None = None
    due_after: Moment | None = None
    due_before: Moment | None = None
    q: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)] | None = None
    sort: Order = "-created_at"
    limit: Annotated[int, Field(ge=1, le=100), Number] = 50
    cursor: Annotated[str, StringConstraints(max_length=400, pattern=r"^[A-Za-z0-9_-]+$")] | None = None


class Task(BaseModel):
    """A task as it is answered."""

    id: int
    title: str
    description: str | None
    status: Status
    priority: Priority
    due_date: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


class Made(BaseModel):
    """A task that a bulk made (201) or changed (200)."""

    status: Literal[200, 201]
    task: Task


class Deleted(BaseModel):
    """A task that a bulk deleted."""

    status: Literal[204]
    id: int


class BulkResults(BaseModel):
    """One result for each operation, in their order."""

    results: list[Made | Deleted]


class TaskList(BaseModel):
    """A page of tasks; `next` is the cursor of the following page, null on the last."""

    items: list[Task]
    next: str | None
