/**
 * How each task is to be shown: the newest version that the page was told of, and on top of it what its person
 * has changed and no answer has settled. Whatever order answers come in, an older one replaces nothing.
 */
import type { Editable, Task } from "./api/client";

/** After so long an older version is no late answer: the server itself went back, as after a restore. */
const LATE_MS = 60_000;

const known = new Map<number, { task: Task; heard: number }>();
const wishes = new Map<number, Partial<Editable>[]>();

/** Takes in a task from the answer to a request that was sent at `asked`; returns it as it is to be shown. */
export function learn(task: Task, asked: number): Task {
  const before = known.get(task.id);
  if (!before || task.version >= before.task.version || asked > before.heard + LATE_MS) {
    known.set(task.id, { task, heard: Date.now() });
  }
  return shown(task);
}

/** Returns a task as it is to be shown now, whichever version of it the caller holds. */
export function shown(task: Task): Task {
  const newest = known.get(task.id)?.task ?? task;
  return Object.assign({}, newest, ...(wishes.get(task.id) ?? []));
}

/** Shows these changes of a task from now on, until the function that it returns is called. */
export function wish(id: number, changes: Partial<Editable>): () => void {
  wishes.set(id, [...(wishes.get(id) ?? []), changes]);
  return () => {
    const left = (wishes.get(id) ?? []).filter((it) => it !== changes);
    if (left.length) wishes.set(id, left);
    else wishes.delete(id);
  };
}

/** Forgets everything: the next person's tasks are none of these. */
export function forgetTasks(): void {
  known.clear();
  wishes.clear();
}
