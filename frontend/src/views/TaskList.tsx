/** The list of tasks: add, filter, walk, select, change, and what to show when there is nothing. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useLocation, useSearch } from "wouter-preact";
import type { Task } from "../api/client";
import { asProblem } from "../api/problem";
import { keptDraft, type Draft } from "../draft";
import { addressOf, isFiltered, readFilters } from "../filters";
import { useKeys } from "../keys";
import { shown } from "../newest";
import { say, show } from "../notices";
import { Fault } from "../parts/Fault";
import { useStore } from "../store";
import { fetchMore, press, unique, useTasks } from "../tasks";
import { useNow } from "../time";
import { going, remove, undoLast } from "../undo";
import { useWords, words as spoken } from "../words";
import { BulkBar } from "./BulkBar";
import { draftOf, Editor } from "./Editor";
import { Filters } from "./Filters";
import { QuickAdd } from "./QuickAdd";
import { TaskRow, type Actions } from "./TaskRow";

const rows = () => [...document.querySelectorAll<HTMLElement>(".task .title")];
const NONE: ReadonlySet<number> = new Set();
/** Rows that fill a screen: a page that has just come draws so many at a time, and a finger never waits for fifty. */
const SCREEN = 12;

export function TaskList() {
  const words = useWords();
  const now = useNow();
  const [, navigate] = useLocation();
  const filters = readFilters(useSearch());
  const list = useTasks(filters);
  const gone = useStore(going);
  const [picked, setPicked] = useState(NONE);
  const [faulty, setFaulty] = useState(0);
  const [draft, setDraft] = useState<Draft | null>(keptDraft);
  const shownBefore = useRef(0);
  const all = unique(list.data?.pages ?? []).filter((task) => !gone.has(task.id));
  const selected = all.filter((task) => picked.has(task.id));

  const drawn = useDrawn(all.length);

  useEffect(() => {
    document.title = words.titleOf(words.tasks);
  }, [words]);
  useEffect(() => {
    if (keptDraft()) say(spoken().draftBack);
  }, []);

  useLayoutEffect(() => {
    // The button that was pressed goes with the last page: its focus goes to the first of the new rows.
    if (shownBefore.current && all.length > shownBefore.current && !list.hasNextPage) rows()[shownBefore.current]?.focus();
    if (all.length > shownBefore.current) shownBefore.current = 0;
  }, [all.length, list.hasNextPage]);

  const pick = (task: Task) =>
    setPicked((before) => {
      const next = new Set(before);
      if (!next.delete(task.id)) next.add(task.id);
      return next;
    });
  const edit = (task: Task | null, title = "") => setDraft(draftOf(task && shown(task), title));
  const finish = async (task: Task, done: boolean) => {
    try {
      await press(task, "status", done ? "DONE" : "TODO");
    } catch (error) {
      const problem = asProblem(error);
      const again = { label: spoken().tryAgain, run: () => void finish(shown(task), done) };
      const look = { label: spoken().edit(task.title), run: () => edit(task) };
      const text = `“${task.title}”: ${spoken().problem(problem)}`;
      show({ kind: "fault", text, action: problem.status === 412 ? look : again });
    }
  };
  const toggle = (task: Task) => {
    const now = shown(task);
    void finish(now, now.status !== "DONE");
  };
  const erase = (tasks: Task[]) => {
    step(1, new Set(tasks.map((task) => task.id)));
    setPicked(NONE);
    remove(tasks);
  };
  const actions = useRef<Actions>(null!);
  actions.current = { pick, toggle, edit, erase: (task) => erase([task]) };
  const showMore = async () => {
    shownBefore.current = rows().length;
    await fetchMore(list);
  };

  const focused = () => {
    const id = Number(document.activeElement?.closest<HTMLElement>(".task")?.dataset["id"]);
    return all.find((task) => task.id === id);
  };
  const on = (act: (task: Task) => unknown) => () => {
    const task = focused();
    if (task) act(task);
  };
  useKeys({
    n: () => document.querySelector<HTMLInputElement>("#add")?.focus(),
    "/": () => document.querySelector<HTMLInputElement>("#search")?.focus(),
    j: () => step(1),
    k: () => step(-1),
    x: on(pick),
    e: on((task) => edit(task)),
    d: on(toggle),
    Delete: () => erase(selected.length ? selected : [focused()].filter((task) => task !== undefined)),
    z: undoLast,
    Escape: () => {
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
      setPicked(NONE);
      setFaulty(0);
    },
  });

  return (
    <>
      <h1 class="heard">{words.tasks}</h1>
      <QuickAdd onDetails={(title) => edit(null, title)} />
      <Filters filters={filters} onChange={(next, replace) => navigate(addressOf(next), { replace })} />
      <Fault problem={list.error && !list.data ? asProblem(list.error) : null} />
      {list.isPending && <p class="quiet" role="status">{words.loading}</p>}
      {list.data && all.length === 0 && (
        <div class="empty">
          <p>{isFiltered(filters) ? words.emptyFiltered : words.empty}</p>
          {!isFiltered(filters) && <p class="quiet">{words.emptyHint}</p>}
        </div>
      )}
      <ul class="rows" aria-label={words.tasks}>
        {all.slice(0, drawn).map((task) => (
          <TaskRow
            key={task.id}
            task={task}
            words={words}
            now={now}
            picked={picked.has(task.id)}
            faulty={task.id === faulty}
            actions={actions}
          />
        ))}
      </ul>
      {list.data && (
        <div class="foot">
          <p class="quiet" role="status">{words.shown(all.length, list.hasNextPage)}</p>
          {list.hasNextPage && (
            <button type="button" aria-disabled={list.isFetchingNextPage} onClick={() => void showMore()}>
              {list.isFetchingNextPage ? words.loading : words.more}
            </button>
          )}
          {list.isFetchNextPageError && <Fault problem={asProblem(list.error)} />}
        </div>
      )}
      {selected.length > 0 && (
        <BulkBar
          selected={selected}
          onAll={() => setPicked(new Set(all.map((task) => task.id)))}
          onNone={() => setPicked(NONE)}
          onFault={(task) => setFaulty(task?.id ?? 0)}
          onRemove={() => erase(selected)}
        />
      )}
      {draft && <Editor key={draft.base?.id ?? "new"} draft={draft} onClose={() => setDraft(null)} onReopen={setDraft} />}
    </>
  );
}

/** Returns how many rows are drawn now: a screen more at each turn until all are there, and then always all. */
function useDrawn(rows: number): number {
  const [drawn, setDrawn] = useState(SCREEN);
  useEffect(() => {
    if (!rows || drawn === Infinity) return;
    const timer = setTimeout(() => setDrawn(drawn + SCREEN < rows ? drawn + SCREEN : Infinity));
    return () => clearTimeout(timer);
  }, [rows, drawn]);
  return drawn;
}

/** Moves the focus by rows; past those that are on their way out. */
function step(by: 1 | -1, without: ReadonlySet<number> = NONE): void {
  const titles = rows();
  const stays = (title: HTMLElement) => !without.has(Number(title.closest<HTMLElement>(".task")?.dataset["id"]));
  const here = titles.findIndex((title) => title.closest(".task")?.contains(document.activeElement));
  if (without.size && here === -1) return;
  const ahead = here === -1 ? (by === 1 ? 0 : titles.length - 1) : here + by;
  const onward = by === 1 ? titles.slice(Math.max(ahead, 0)) : titles.slice(0, Math.max(ahead + 1, 0)).reverse();
  const next = onward.find(stays) ?? (without.size ? titles.filter(stays).at(-1) : undefined);
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
