/** What stands in the editor, kept in this tab until it is saved or given up: a reload loses nothing. */
import type { Task } from "./api/client";

export interface Form {
  title: string;
  description: string;
  status: Task["status"];
  priority: Task["priority"];
  /** As the input holds it: local time. */
  due: string;
}

export interface Draft {
  /** The task as it was when the editor opened; null for a new one. */
  base: Task | null;
  form: Form;
}

const KEPT = "toban.draft";

export function keepDraft(draft: Draft): void {
  sessionStorage.setItem(KEPT, JSON.stringify(draft));
}

export function dropDraft(): void {
  sessionStorage.removeItem(KEPT);
}

export function keptDraft(): Draft | null {
  const text = sessionStorage.getItem(KEPT);
  try {
    return text ? (JSON.parse(text) as Draft) : null;
  } catch {
    return null;
  }
}
