/** What the list shows lives in the address, so that Back, a bookmark and a second tab all work. */
import { PRIORITIES, STATUSES, type ListQuery, type Order, type Priority, type Status } from "./api/client";
import { dayStart } from "./time";

export const DUES = ["past", "today", "week"] as const;
export type Due = (typeof DUES)[number];
export const ORDERS: readonly Order[] = [
  "-created_at", "created_at", "due_date", "-due_date", "-priority", "priority", "-updated_at", "updated_at",
];
const USUAL: Order = "-created_at";
const MINUTE_MS = 60_000;

export interface Filters {
  status: Status | "";
  priority: Priority | "";
  due: Due | "";
  q: string;
  sort: Order;
}

/** Reads the part of the address after `?`; a word that means nothing is left out. */
export function readFilters(search: string): Filters {
  const given = new URLSearchParams(search);
  return {
    status: known(STATUSES, given.get("status")),
    priority: known(PRIORITIES, given.get("priority")),
    due: known(DUES, given.get("due")),
    q: (given.get("q") ?? "").slice(0, 200),
    sort: known(ORDERS, given.get("sort")) || USUAL,
  };
}

/** Returns the address of the list with these filters; what is as usual stays out of it. */
export function addressOf(filters: Filters): string {
  const shown = Object.entries(filters).filter(([name, value]) => value && !(name === "sort" && value === USUAL));
  const search = new URLSearchParams(shown).toString();
  return search ? `/?${search}` : "/";
}

export function isFiltered(filters: Filters): boolean {
  return Boolean(filters.status || filters.priority || filters.due || filters.q);
}

/** Returns what to ask the API; days are the reader's, cut to the minute so that its cache can answer. */
export function queryOf(filters: Filters, now: number): ListQuery {
  const query: ListQuery = { sort: filters.sort };
  if (filters.status) query.status = filters.status;
  if (filters.priority) query.priority = filters.priority;
  // The API refuses an empty search and the one character that PostgreSQL cannot hold.
  const q = filters.q.replaceAll("\0", "").trim();
  if (q) query.q = q;
  const minute = new Date(now - (now % MINUTE_MS));
  if (filters.due === "past") query.due_before = minute.toISOString();
  if (filters.due === "today") {
    query.due_after = dayStart(now).toISOString();
    query.due_before = dayStart(now, 1).toISOString();
  }
  if (filters.due === "week") {
    query.due_after = dayStart(now).toISOString();
    query.due_before = dayStart(now, 7).toISOString();
  }
  return query;
}

function known<T extends string>(words: readonly T[], word: string | null): T | "" {
  return words.find((candidate) => candidate === word) ?? "";
}
