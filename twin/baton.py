"""The baton that lets one task run at a time."""

from __future__ import annotations

import _thread
from collections import deque
from typing import TYPE_CHECKING

from twin.errors import TwinFault
from twin.tasks import Cancelled, Interrupted, Task, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.tasks import Waiter


class Baton:
    """Who runs: the driver, or one of the tasks.

    Args:
        elapse: Lets time pass to the next thing that is due; False when nothing is. It may make tasks ready.
        failed: Is told which task ended with which exception.
    """

    def __init__(self, elapse: Callable[[], bool], failed: Callable[[str, BaseException], None]) -> None:
        self._elapse = elapse
        self._failed = failed
        self.driver = Task("driver", lambda: None)
        self.driver.worker = Worker(None)
        self.current: Task | None = self.driver
        self.ready: deque[Task] = deque()
        self.tasks: dict[Task, None] = {}
        self._workers: list[Worker] = []
        self._idle: list[Worker] = []

    def running(self) -> Task:
        """Returns the task that runs and that this thread carries.

        Raises:
            TwinFault: This thread may not wait: a timer's callback runs, or somebody else's task.
        """
        task = self.current
        if task is None:
            raise TwinFault("A timer's callback tried to wait: let it spawn a task.")
        if task is not self.driver and not self.carries(task):
            raise TwinFault(f"A thread beside the running task {task.name!r} tried to wait in virtual time.")
        return task

    @staticmethod
    def carries(task: Task) -> bool:
        """Returns whether the caller's thread is the one that carries this task."""
        thread = task.worker.thread if task.worker else None
        return thread is not None and thread.ident == _thread.get_ident()

    def wake(self, waiter: Waiter, *, value: bool) -> None:
        """Makes the task that waits with `waiter` ready; only the first call counts."""
        if waiter.value is None:
            waiter.value = value
            if waiter.task is not None:
                self.ready.append(waiter.task)

    def interrupt(self, task: Task, error: Interrupted) -> None:
        """Raises `error` in the task, where it waits now or next; one that never began raises nothing."""
        if not task.done:
            task.interruption = error
            if task.waits_with is not None:
                self.wake(task.waits_with, value=False)

    def end_children(self, parent: Task) -> None:
        """Cancels every task that descends from `parent`."""
        family = {parent}
        for task in list(self.tasks):  # children come after their parents
            if task.parent in family:
                family.add(task)
                self.interrupt(task, Cancelled(f"{parent.name} ended."))

    def hand_over(self, giver: Task | None) -> None:
        """Lets the next task run, and returns when it is `giver`'s turn again (None: at once)."""
        self.current = None
        while not self.ready:
            if not self._elapse():
                # Nothing will ever happen by itself: the driver has to know.
                self.ready.append(self.driver)
        chosen = self.current = self.ready.popleft()
        if chosen is giver:
            return
        (chosen.worker or self._hire(chosen)).resume()
        if giver is not None and giver.worker is not None:
            giver.worker.pause()

    def end_all(self) -> None:
        """Resumes every task that has begun, for it to unwind, and ends the threads."""
        for task in list(self.tasks):
            self.ready.clear()
            if task.worker is not None:
                self.ready.append(task)
                self.hand_over(self.driver)
        self.tasks.clear()
        for worker in self._workers:
            worker.task = None
            worker.resume()
            if worker.thread is not None:
                worker.thread.join(timeout=5)

    def _hire(self, task: Task) -> Worker:
        if self._idle:
            worker = self._idle.pop()
        else:
            worker = Worker(self._serve)
            self._workers.append(worker)
        worker.task = task
        task.worker = worker
        return worker

    def _serve(self, worker: Worker) -> None:
        while True:
            worker.pause()
            task = worker.task
            if task is None:
                return
            try:
                if task.interruption is None:
                    task.work()
            except Interrupted:
                pass
            except BaseException as error:  # noqa: BLE001 - reported to the driver, with its name
                self._failed(task.name, error)
            task.done = True
            del self.tasks[task]
            for waiter in task.joiners:
                self.wake(waiter, value=True)
            task.worker = worker.task = None
            self._idle.append(worker)
            self.hand_over(None)
