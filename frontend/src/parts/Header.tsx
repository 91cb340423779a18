/** The bar at the top, with the menu of what belongs to a person and not to a task. */
import { useQuery } from "@tanstack/preact-query";
import { useRef } from "preact/hooks";
import { Link } from "wouter-preact";
import { me } from "../api/client";
import { asProblem } from "../api/problem";
import { helpOpen } from "../keys";
import { show } from "../notices";
import { signOut } from "../session";
import { useStore } from "../store";
import { theme, THEMES, wear } from "../theme";
import { flush } from "../undo";
import { LANGUAGES, language, speak, useWords, words as spoken, type Language } from "../words";
import { Select } from "./Field";
import { NotifySwitch } from "./Reminders";

export function Header({ inside }: { inside: boolean }) {
  const words = useWords();
  const menu = useRef<HTMLDivElement>(null);
  const close = () => menu.current?.hidePopover();
  return (
    <header class="bar">
      <p class="brand">{inside ? <Link href="/">Toban</Link> : "Toban"}</p>
      <button type="button" class="plain" popovertarget="menu">{words.menu}</button>
      <div id="menu" popover="auto" ref={menu} class="menu">
        {inside && <Who />}
        <Select
          label={words.theme}
          value={useStore(theme)}
          options={THEMES.map((it) => [it, words.themes[it]] as const)}
          onPick={wear}
        />
        <Select<Language>
          label={words.language}
          value={useStore(language)}
          options={[["en", LANGUAGES.en.languageName], ["ja", LANGUAGES.ja.languageName]]}
          onPick={speak}
        />
        {inside && (
          <>
            <NotifySwitch />
            <Link href="/sessions" class="button plain" onClick={close}>{words.sessions}</Link>
            <button type="button" class="plain" onClick={() => { close(); helpOpen.set(true); }}>{words.keys}</button>
            <button type="button" class="plain" onClick={() => { close(); void leave(); }}>{words.signOut}</button>
          </>
        )}
      </div>
    </header>
  );
}

function Who() {
  const words = useWords();
  const { data } = useQuery({ queryKey: ["me"], queryFn: me, staleTime: Infinity });
  return <p class="quiet who">{data && words.signedInAs(data.username)}</p>;
}

async function leave(): Promise<void> {
  await flush();
  try {
    await signOut();
  } catch (error) {
    const text = spoken().problem(asProblem(error));
    show({ kind: "fault", text, action: { label: spoken().tryAgain, run: () => void leave() } });
  }
}
