/** Search, filters and order; each change is an address, and Back undoes it. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { PRIORITIES, STATUSES } from "../api/client";
import { addressOf, DUES, isFiltered, ORDERS, type Filters as Values } from "../filters";
import { Select } from "../parts/Field";
import { useWords } from "../words";

const PAUSE_MS = 250;

export function Filters({ filters, onChange }: { filters: Values; onChange: (next: Values, replace: boolean) => void }) {
  const words = useWords();
  const [text, setText] = useState(filters.q);
  const [composing, setComposing] = useState(false);
  // An address that this field itself asked for comes back later than the next letter: it must not undo it.
  const asked = useRef(filters.q);
  const ask = (next: Values, replace: boolean) => {
    asked.current = next.q;
    onChange(next, replace);
  };
  useLayoutEffect(() => {
    if (filters.q !== asked.current) setText(filters.q);
    asked.current = filters.q;
  }, [filters.q]);
  useEffect(() => {
    if (composing || text === filters.q) return;
    // Letters of one search are one step of the history.
    const timer = setTimeout(() => ask({ ...filters, q: text }, filters.q !== ""), PAUSE_MS);
    return () => clearTimeout(timer);
    // A choice of another filter takes the text along at once; a clock from before would take that choice back.
  }, [text, composing, addressOf(filters)]);
  const pick = <K extends keyof Values>(name: K) => (value: Values[K]) => ask({ ...filters, q: text, [name]: value }, false);
  const any = ["", words.any] as const;
  return (
    <search class="filters">
      <div class="field wide">
        <label for="search">{words.search}</label>
        <input
          id="search"
          type="search"
          maxLength={200}
          value={text}
          autocomplete="off"
          onInput={(event) => setText(event.currentTarget.value)}
          // Preact knows no other way to write these two: its own names for them are never heard.
          {...{ oncompositionstart: () => setComposing(true), oncompositionend: () => setComposing(false) }}
        />
      </div>
      <Select label={words.status} value={filters.status} onPick={pick("status")} options={[any, ...STATUSES.map((it) => [it, words.statuses[it]] as const)]} />
      <Select label={words.priority} value={filters.priority} onPick={pick("priority")} options={[any, ...PRIORITIES.map((it) => [it, words.priorities[it]] as const)]} />
      <Select label={words.due} value={filters.due} onPick={pick("due")} options={[any, ...DUES.map((it) => [it, words.dues[it]] as const)]} />
      <Select label={words.sort} value={filters.sort} onPick={pick("sort")} options={ORDERS.map((it) => [it, words.orders[it]] as const)} />
      {isFiltered(filters) && (
        <button type="button" class="plain" onClick={() => { setText(""); ask({ ...filters, status: "", priority: "", due: "", q: "" }, false); }}>
          {words.clearFilters}
        </button>
      )}
    </search>
  );
}
