/** Deleting with a way back: the tasks go from the list at once, and from the server eight seconds later. */
import { deleteTask, readTask, type Task } from "./api/client";
import { asProblem } from "./api/problem";
import { dismiss, say, show } from "./notices";
import { store } from "./store";
import { changeMany, refreshTasks, versionOf } from "./tasks";
import { words } from "./words";

const UNDO_MS = 8_000;

interface Pending {
  tasks: Task[];
  notice: number;
  timer: ReturnType<typeof setTimeout>;
}

/** The ids of tasks that are going, and are not shown. */
export const going = store<ReadonlySet<number>>(new Set());
let pending: Pending[] = [];

export function remove(tasks: Task[]): void {
  if (!tasks.length) return;
  const text = words().deleted(tasks.length, tasks[0]!.title);
  going.set(new Set([...going.get(), ...tasks.map((task) => task.id)]));
  const entry: Pending = {
    tasks,
    timer: setTimeout(() => void send(entry), UNDO_MS),
    notice: show({ kind: "news", text, action: { label: words().undo, run: () => undo(entry) }, until: Number.MAX_SAFE_INTEGER }),
  };
  pending.push(entry);
}

/** Brings the last deleted tasks back; nothing happens when none are on their way. */
export function undoLast(): void {
  const entry = pending.at(-1);
  if (entry) undo(entry);
}

/** Stops the clock while a person reads or points at the notice, as long as they need. */
export function hold(notice: number): void {
  const entry = pending.find((candidate) => candidate.notice === notice);
  if (entry) clearTimeout(entry.timer);
}

export function release(notice: number): void {
  const entry = pending.find((candidate) => candidate.notice === notice);
  if (!entry) return;
  clearTimeout(entry.timer);
  entry.timer = setTimeout(() => void send(entry), UNDO_MS);
}

/** Sends what is still waiting; the page is being closed, or its person signs out. */
export async function flush(): Promise<void> {
  await Promise.all(pending.map(send));
}

function undo(entry: Pending): void {
  take(entry);
  come(entry.tasks);
  say(words().undone);
}

async function send(entry: Pending): Promise<void> {
  if (!pending.includes(entry)) return;
  take(entry);
  const failed = entry.tasks.length === 1 ? await sendOne(entry.tasks[0]!) : await sendMany(entry.tasks);
  await refreshTasks().catch(() => undefined);
  come(entry.tasks);
  if (failed) {
    show({ kind: "fault", text: failed, action: { label: words().tryAgain, run: () => void again(entry.tasks) } });
  }
}

/** Deletes by the newest version: the person has seen what changed meanwhile, and wants it gone still. */
async function again(tasks: Task[]): Promise<void> {
  try {
    remove(await Promise.all(tasks.map((task) => readTask(task.id))));
  } catch (error) {
    const text = words().deleteFailed(tasks[0]!.title, words().problem(asProblem(error)));
    show({ kind: "fault", text, action: { label: words().tryAgain, run: () => void again(tasks) } });
  }
}

async function sendOne(task: Task): Promise<string | null> {
  try {
    await deleteTask(task.id, versionOf(task), true);
    return null;
  } catch (error) {
    const problem = asProblem(error);
    return problem.status === 404 ? null : words().deleteFailed(task.title, words().problem(problem));
  }
}

async function sendMany(tasks: Task[]): Promise<string | null> {
  const fault = await changeMany(tasks, (task) => ({ op: "delete", id: task.id, version: versionOf(task) }));
  return fault && words().bulkFault((fault.task ?? tasks[0]!).title, words().problem(fault.problem));
}

function take(entry: Pending): void {
  clearTimeout(entry.timer);
  dismiss(entry.notice);
  pending = pending.filter((candidate) => candidate !== entry);
}

function come(tasks: Task[]): void {
  const ids = new Set(tasks.map((task) => task.id));
  going.set(new Set([...going.get()].filter((id) => !ids.has(id))));
}

addEventListener("pagehide", () => void flush());
