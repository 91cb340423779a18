/** Single keys that act: never while somebody types, composes with an input method, or has a dialog open. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { store } from "./store";

const KEPT = "toban.keys";
/** Whether single keys act (WCAG 2.1.4 asks that they can be switched off). */
export const keysOn = store(localStorage.getItem(KEPT) !== "off");
/** Whether the list of keys is open. */
export const helpOpen = store(false);

export function switchKeys(on: boolean): void {
  localStorage.setItem(KEPT, on ? "on" : "off");
  keysOn.set(on);
}

/** Calls what stands under the pressed key, for as long as the component lives. */
export function useKeys(actions: Record<string, (event: KeyboardEvent) => void>): void {
  // Two keys may come before the first one's render has run its effects.
  const latest = useRef(actions);
  latest.current = actions;
  // With the first paint and not after it: who sees the page may press a key.
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector("dialog:modal")) return;
      const typing = event.target instanceof HTMLElement && event.target.matches("input:not([type=checkbox]), textarea, select");
      if (event.key !== "Escape" && (typing || !keysOn.get())) return;
      const action = latest.current[event.key];
      if (!action) return;
      if (event.key !== "Escape") event.preventDefault();
      action(event);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}
