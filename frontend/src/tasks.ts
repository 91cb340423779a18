/**
 * Tasks as the page holds them: shown changed at once, sent, and put right by the answer. Changes to one task
 * go one after the other, so that a person who is quick never meets a conflict with themselves.
 */
import { QueryClient, useInfiniteQuery, type InfiniteData } from "@tanstack/preact-query";
import { bulk, changeTask, createTask, listTasks, readTask, type Editable, type Operation, type Task, type TaskList } from "./api/client";
import { asProblem, type Problem } from "./api/problem";
import { queryOf, type Filters } from "./filters";

const KEEP_MS = 30 * 60_000;
const FRESH_MS = 10_000;
const LIST = ["tasks"] as const;
type Pages = InfiniteData<TaskList, string | undefined>;

export const client = new QueryClient({
  defaultOptions: {
    // The page says itself what fails, and when it asks again: see the connection.
    queries: { networkMode: "always", retry: false, refetchOnReconnect: false, staleTime: FRESH_MS, gcTime: KEEP_MS },
  },
});

let sending = 0;
const turns = new Map<number, Promise<unknown>>();
const versions = new Map<number, number>();

export function useTasks(filters: Filters) {
  return useInfiniteQuery({
    queryKey: [...LIST, filters],
    queryFn: async ({ pageParam, signal }) => {
      const query = queryOf(filters, Date.now());
      if (pageParam) query.cursor = pageParam;
      return listTasks(query, signal);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: TaskList) => page.next ?? undefined,
  });
}

/** Returns the tasks of all pages, each once: one that moved while the next page came would stand there twice. */
export function unique(pages: TaskList[]): Task[] {
  const found = new Map<number, Task>();
  for (const page of pages) for (const task of page.items) if (!found.has(task.id)) found.set(task.id, task);
  return [...found.values()];
}

export function refreshTasks(): Promise<void> {
  return client.invalidateQueries({ queryKey: LIST });
}

export async function create(body: Partial<Editable> & { title: string }, key: string): Promise<Task> {
  const task = await createTask(body, key);
  // The task is made; whether the list can be read again is another matter.
  await refreshTasks().catch(() => undefined);
  return task;
}

/**
 * Changes a task, shown before it is sent.
 *
 * Throws a `Problem`; of status 412 when somebody else was faster. The task is shown as it was then.
 */
export function change(task: Task, changes: Partial<Editable>): Promise<Task> {
  sending += 1;
  const turn = (turns.get(task.id) ?? Promise.resolve()).catch(() => undefined).then(async () => {
    try {
      await client.cancelQueries({ queryKey: LIST });
      replace({ ...task, ...changes });
      const saved = await changeTask(task.id, Math.max(task.version, versions.get(task.id) ?? 0), changes);
      versions.set(task.id, saved.version);
      replace(saved);
      return saved;
    } catch (error) {
      replace(task);
      throw error;
    } finally {
      sending -= 1;
      if (!sending) void refreshTasks();
    }
  });
  turns.set(task.id, turn);
  return turn;
}

/**
 * Changes one field by a single press. When somebody changed other fields meanwhile the press still means the
 * same, and is sent again on top of theirs; when they changed this very field the problem comes through.
 */
export async function press<F extends keyof Editable>(task: Task, field: F, value: Editable[F]): Promise<Task> {
  const changes = { [field]: value } as Partial<Editable>;
  try {
    return await change(task, changes);
  } catch (error) {
    if (asProblem(error).status !== 412) throw error;
    const theirs = await readTask(task.id);
    if (theirs[field] !== task[field]) throw error;
    return change(theirs, changes);
  }
}

/** Carries out up to a hundred operations, all or none; on a fault returns it with the task it names. */
export async function changeMany(
  tasks: Task[], operation: (task: Task) => Operation,
): Promise<{ problem: Problem; task: Task | undefined } | null> {
  await client.cancelQueries({ queryKey: LIST });
  try {
    await bulk(tasks.map(operation), crypto.randomUUID());
    return null;
  } catch (error) {
    const problem = asProblem(error);
    return { problem, task: tasks[problem.operation] };
  } finally {
    void refreshTasks();
  }
}

/** Returns the newest version that this page knows of a task. */
export function versionOf(task: Task): number {
  return Math.max(task.version, versions.get(task.id) ?? 0);
}

function replace(task: Task): void {
  client.setQueriesData<Pages>({ queryKey: LIST }, (pages) =>
    pages && {
      ...pages,
      pages: pages.pages.map((page) => ({
        ...page,
        items: page.items.map((item) => (item.id === task.id ? task : item)),
      })),
    },
  );
}
