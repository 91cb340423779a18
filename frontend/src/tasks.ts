/**
 * Tasks as the page holds them: shown changed at once, sent, and put right by the answer. Changes to one task
 * go one after the other, so that a person who is quick never meets a conflict with themselves.
 */
import { notifyManager, QueryClient, useInfiniteQuery, type InfiniteData } from "@tanstack/preact-query";
import { bulk, changeTask, createTask, listTasks, readTask, type Editable, type Operation, type Task, type TaskList } from "./api/client";
import { asProblem, type Problem } from "./api/problem";
import { queryOf, type Filters } from "./filters";
import { learn, shown, wish } from "./newest";

const KEEP_MS = 30 * 60_000;
const FRESH_MS = 10_000;
const LIST = ["tasks"] as const;
type Pages = InfiniteData<TaskList, string | undefined>;

// What a press has changed is drawn before the next press can come: each means the opposite of what is seen.
notifyManager.setScheduler(queueMicrotask);

export const client = new QueryClient({
  defaultOptions: {
    // The page says itself what fails, and when it asks again: see the connection.
    queries: { networkMode: "always", retry: false, refetchOnReconnect: false, staleTime: FRESH_MS, gcTime: KEEP_MS },
  },
});

let sending = 0;
let more: Promise<unknown> = Promise.resolve();
const turns = new Map<number, Promise<unknown>>();
/** The version that each task had after this page's own last change of it. */
const own = new Map<number, number>();

export function useTasks(filters: Filters) {
  return useInfiniteQuery({
    queryKey: [...LIST, filters],
    queryFn: async ({ pageParam, signal }) => {
      const query = queryOf(filters, Date.now());
      if (pageParam) query.cursor = pageParam;
      const asked = Date.now();
      const page = await listTasks(query, signal);
      return { ...page, items: page.items.map((task) => learn(task, asked)) };
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

export async function refreshTasks(): Promise<void> {
  // It would cut off a page that is just being fetched, and nobody would know why no more came.
  await more;
  await client.invalidateQueries({ queryKey: LIST });
}

/** Fetches the next page of the list. */
export function fetchMore(list: ReturnType<typeof useTasks>): Promise<void> {
  const fetched = list.fetchNextPage().then(async (next) => {
    // A cursor that was signed by a key of long ago: the pages anew give one that holds.
    if (next.isFetchNextPageError && asProblem(next.error).status === 422) await list.refetch().then(() => list.fetchNextPage());
  });
  more = fetched.catch(() => undefined);
  return fetched;
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
 * Throws a `Problem`; of status 412 when somebody else was faster. The task is shown without it then.
 */
export function change(task: Task, changes: Partial<Editable>): Promise<Task> {
  return inTurn(task, changes, () => changeTask(task.id, versionOf(task), changes));
}

/**
 * Changes one field of a task, as it is shown, by a single press. When somebody changed other fields meanwhile
 * the press still means the same, and is sent again on top of theirs; when they changed this very field to
 * something else the problem comes through.
 */
export function press<F extends keyof Editable>(task: Task, field: F, value: Editable[F]): Promise<Task> {
  const changes = { [field]: value } as Partial<Editable>;
  return inTurn(task, changes, async () => {
    try {
      return await changeTask(task.id, versionOf(task), changes);
    } catch (error) {
      if (asProblem(error).status !== 412) throw error;
      const asked = Date.now();
      const theirs = await readTask(task.id);
      learn(theirs, asked);
      if (theirs[field] === value) return theirs;
      if (theirs[field] !== task[field]) throw error;
      return changeTask(task.id, theirs.version, changes);
    }
  });
}

/** Shows the changes at once and sends them after what was changed of this task before. */
function inTurn(task: Task, changes: Partial<Editable>, send: () => Promise<Task>): Promise<Task> {
  sending += 1;
  const takeBack = wish(task.id, changes);
  redraw(task);
  const turn = (turns.get(task.id) ?? Promise.resolve()).catch(() => undefined).then(async () => {
    const asked = Date.now();
    try {
      const saved = await send();
      own.set(task.id, saved.version);
      learn(saved, asked);
      return saved;
    } finally {
      takeBack();
      redraw(task);
      sending -= 1;
      if (!sending) void refreshTasks();
    }
  });
  turns.set(task.id, turn);
  return turn;
}

/** Carries out up to a hundred operations, all or none; on a fault returns it with the task it names. */
export async function changeMany(
  tasks: Task[], operation: (task: Task) => Operation,
): Promise<{ problem: Problem; task: Task | undefined } | null> {
  if (sending) await answered(tasks);
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

/** Waits for what was changed of these tasks and is not answered yet. */
export async function answered(tasks: Task[]): Promise<void> {
  await Promise.allSettled(tasks.map((task) => turns.get(task.id)));
}

/** Returns the version that a change of a task is based on: what was seen, or this page's own change after it. */
export function versionOf(task: Task): number {
  return Math.max(task.version, own.get(task.id) ?? 0);
}

function redraw(task: Task): void {
  client.setQueriesData<Pages>({ queryKey: LIST }, (pages) =>
    pages && {
      ...pages,
      pages: pages.pages.map((page) => ({
        ...page,
        items: page.items.map((item) => (item.id === task.id ? shown(item) : item)),
      })),
    },
  );
}
