/** Everything that the page says, in the reader's language; a word that one language lacks does not compile. */
import { store, useStore } from "../store";
import { en, type Words } from "./en";
import { ja } from "./ja";

export type Language = "en" | "ja";
export type { Words };
export const LANGUAGES: Record<Language, Words> = { en, ja };
const KEPT = "toban.language";

export const language = store<Language>(document.documentElement.lang === "ja" ? "ja" : "en");

/** Speaks another language from now on, here and at the next visit. */
export function speak(next: Language): void {
  document.documentElement.lang = next;
  localStorage.setItem(KEPT, next);
  language.set(next);
}

export function words(): Words {
  return LANGUAGES[language.get()];
}

export function useWords(): Words {
  return LANGUAGES[useStore(language)];
}
