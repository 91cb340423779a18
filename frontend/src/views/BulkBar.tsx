/** What can be done to all that is selected: at most a hundred, all of them or none. */
import { useState } from "preact/hooks";
import { PRIORITIES, type Editable, type Priority, type Task } from "../api/client";
import type { Problem } from "../api/problem";
import { say } from "../notices";
import { Fault } from "../parts/Fault";
import { Select } from "../parts/Field";
import { changeMany, versionOf } from "../tasks";
import { useWords } from "../words";

const MOST = 100;

interface Props {
  selected: Task[];
  onAll: () => void;
  onNone: () => void;
  onFault: (task: Task | undefined) => void;
  onRemove: () => void;
}

export function BulkBar({ selected, onAll, onNone, onFault, onRemove }: Props) {
  const words = useWords();
  const [fault, setFault] = useState<{ problem: Problem; task: Task | undefined } | null>(null);
  const [busy, setBusy] = useState(false);
  const tooMany = selected.length > MOST;
  const change = async (changes: Partial<Editable>) => {
    if (busy || tooMany) return;
    setBusy(true);
    const found = await changeMany(selected, (task) => ({ op: "update", id: task.id, version: versionOf(task), ...changes }) as never);
    setBusy(false);
    setFault(found);
    onFault(found?.task);
    if (found) return;
    say(words.bulkDone(selected.length));
    onNone();
  };
  const told = fault?.task && words.bulkFault(fault.task.title, words.problem(fault.problem));
  return (
    <section class="bulk" aria-label={words.selected(selected.length)}>
      <p role="status">{words.selected(selected.length)}</p>
      <button type="button" onClick={() => void change({ status: "DONE" })}>{words.setDone}</button>
      <button type="button" onClick={() => void change({ status: "TODO" })}>{words.setTodo}</button>
      <Select<Priority | "">
        bare
        label={words.setPriority}
        value=""
        options={[["", words.setPriority], ...PRIORITIES.map((it) => [it, words.priorities[it]] as const)]}
        onPick={(priority) => { if (priority) void change({ priority }); }}
      />
      <button type="button" aria-disabled={tooMany} onClick={() => { if (!tooMany) onRemove(); }}>{words.delete}</button>
      <button type="button" class="plain" onClick={onAll}>{words.selectAll}</button>
      <button type="button" class="plain" onClick={onNone}>{words.selectNone}</button>
      {tooMany ? <p role="alert" class="fault">{words.tooMany}</p> : <Fault problem={fault?.problem ?? null} text={told || undefined} />}
    </section>
  );
}
