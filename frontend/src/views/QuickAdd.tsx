/** A title and Enter make a task; the text stays until the server has it. */
import { useId, useRef, useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/problem";
import { say } from "../notices";
import { Fault } from "../parts/Fault";
import { create } from "../tasks";
import { useWords } from "../words";

export function QuickAdd({ onDetails }: { onDetails: (title: string) => void }) {
  const words = useWords();
  const hint = useId();
  const [title, setTitle] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  // The same words are the same wish: sent again after a lost answer they make one task.
  const key = useRef(crypto.randomUUID());

  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = title.trim();
    if (!wanted || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await create({ title: wanted }, key.current);
      say(words.added(wanted));
      key.current = crypto.randomUUID();
      setTitle("");
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="add" onSubmit={(event) => void send(event)}>
      <label for="add" class="heard">{words.add}</label>
      <input
        id="add"
        value={title}
        maxLength={200}
        placeholder={words.add}
        autocomplete="off"
        enterkeyhint="done"
        aria-describedby={hint}
        readOnly={busy}
        onInput={(event) => {
          key.current = crypto.randomUUID();
          setTitle(event.currentTarget.value);
        }}
      />
      <span id={hint} class="heard">{words.addHint}</span>
      <button type="submit" class="main" aria-disabled={busy}>{words.addButton}</button>
      <button type="button" aria-label={words.newTask} title={words.newTask} onClick={() => { onDetails(title); setTitle(""); }}>…</button>
      <Fault problem={problem} />
    </form>
  );
}
