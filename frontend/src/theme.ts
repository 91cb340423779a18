/** Light, dark, or as the system has it; kept for the next visit, and set before the first paint by early.js. */
import { store } from "./store";

export type Theme = "system" | "light" | "dark";
export const THEMES: readonly Theme[] = ["system", "light", "dark"];
const KEPT = "toban.theme";
const root = document.documentElement;

export const theme = store<Theme>((root.dataset["theme"] as Theme | undefined) ?? "system");

export function wear(next: Theme): void {
  if (next === "system") {
    delete root.dataset["theme"];
    localStorage.removeItem(KEPT);
  } else {
    root.dataset["theme"] = next;
    localStorage.setItem(KEPT, next);
  }
  theme.set(next);
}
