/** Short news at the foot of the page, and words for those who hear it. Faults stay until they are read. */
import { store } from "./store";

export interface Notice {
  id: number;
  kind: "news" | "fault";
  text: string;
  action?: { label: string; run: () => void };
  /** After this it goes by itself, in milliseconds since 1970; 0 stays. */
  until: number;
}

const NEWS_MS = 5_000;
/** With something to press it stays for as long as a slow reader needs (WCAG 2.2.1). */
const OFFER_MS = 20_000;
let last = 0;
export const notices = store<Notice[]>([]);
/** What a screen reader is told and nobody sees. */
export const spoken = store("");

export function show(notice: Omit<Notice, "id" | "until"> & { until?: number }): number {
  last += 1;
  const until = notice.until ?? (notice.kind === "fault" ? 0 : Date.now() + (notice.action ? OFFER_MS : NEWS_MS));
  notices.set([...notices.get(), { ...notice, id: last, until }]);
  return last;
}

export function dismiss(id: number): void {
  notices.set(notices.get().filter((notice) => notice.id !== id));
}

export function dismissAll(): void {
  notices.set([]);
}

/** Says it; the same words twice are said twice, which a live region alone would not do. */
export function say(text: string): void {
  spoken.set(spoken.get() === text ? `${text}\u00a0` : text);
}
