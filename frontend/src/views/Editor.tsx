/** Everything about one task in a form; when somebody else was faster, theirs beside mine, field by field. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { PRIORITIES, readTask, STATUSES, type Editable, type Task } from "../api/client";
import { asProblem, Problem } from "../api/problem";
import { dropDraft, keepDraft, type Draft, type Form } from "../draft";
import { say, show } from "../notices";
import { Dialog } from "../parts/Dialog";
import { Fault } from "../parts/Fault";
import { Field, Select } from "../parts/Field";
import { LEAD_MS } from "../parts/Reminders";
import { change, create, refreshTasks } from "../tasks";
import { fromInput, fullMoment, readersZone, shortMoment, toInput, useNow } from "../time";
import { useWords, type Words } from "../words";

type Name = keyof Form;
const NAMES: readonly Name[] = ["title", "description", "status", "priority", "due"];

interface Conflict {
  /** Null when it was deleted. */
  theirs: Form | null;
  /** What both have changed, each to something else. */
  fields: Name[];
  /** What they alone have changed: it stands in the form now. */
  taken: Name[];
}

interface Props {
  draft: Draft;
  onClose: () => void;
  onReopen: (draft: Draft) => void;
}

export function draftOf(task: Task | null, title = ""): Draft {
  return { base: task, form: task ? formOf(task) : { title, description: "", status: "TODO", priority: "MEDIUM", due: "" } };
}

export function Editor({ draft, onClose, onReopen }: Props) {
  const words = useWords();
  const now = useNow();
  const [base, setBase] = useState(draft.base);
  const [form, setForm] = useState(draft.form);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const key = useRef(crypto.randomUUID());
  const untouched = base ? formOf(base) : null;
  const changed = NAMES.filter((name) => form[name] !== (untouched ? untouched[name] : draftOf(null).form[name]));

  // At once, not after the next paint: a reload can come between the two.
  useLayoutEffect(() => {
    if (changed.length) keepDraft({ base, form });
    else dropDraft();
  }, [base, form]);

  const put = (changes: Partial<Form>) => {
    key.current = crypto.randomUUID();
    setForm((before) => ({ ...before, ...changes }));
  };
  const finish = () => {
    dropDraft();
    onClose();
  };
  const giveUp = () => {
    finish();
    if (changed.length) {
      show({ kind: "news", text: words.discarded, action: { label: words.reopen, run: () => onReopen({ base, form }) } });
    }
  };
  const done = () => {
    say(words.saved(form.title));
    void refreshTasks();
    finish();
  };
  const meet = async () => {
    if (!base || !untouched) return;
    let theirs: Task;
    try {
      theirs = await readTask(base.id);
    } catch (error) {
      if (asProblem(error).status !== 404) throw error;
      setBase(null);
      setConflict({ theirs: null, fields: [], taken: [] });
      return;
    }
    const other = formOf(theirs);
    // A save whose answer was lost: what is there is what was typed.
    if (NAMES.every((name) => other[name] === form[name])) return done();
    const moved = NAMES.filter((name) => other[name] !== untouched[name] && other[name] !== form[name]);
    const taken = moved.filter((name) => form[name] === untouched[name]);
    setForm({ ...form, ...Object.fromEntries(taken.map((name) => [name, other[name]])) });
    setBase(theirs);
    setConflict({ theirs: other, fields: moved.filter((name) => !taken.includes(name)), taken });
  };
  const save = async () => {
    setTried(true);
    if (busy || !form.title.trim()) return;
    setBusy(true);
    setProblem(null);
    try {
      const body = bodyOf(form, base ? changed : NAMES);
      if (base) {
        if (changed.length) await change(base, body);
      } else await create({ ...body, title: form.title.trim() }, key.current);
      done();
    } catch (error) {
      const status = asProblem(error).status;
      if (base && (status === 412 || status === 404)) await meet().catch((fault) => setProblem(asProblem(fault)));
      else setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };

  const theirs = (name: Name) =>
    conflict?.theirs && conflict.fields.includes(name) && conflict.theirs[name] !== form[name] && (
      <Theirs name={name} form={conflict.theirs} onTake={() => put({ [name]: conflict.theirs![name] })} />
    );
  const instant = fromInput(form.due);
  const fault = (name: string) => (problem?.blames(name) ? words.invalidField : undefined);
  return (
    <Dialog title={base ? words.editTask : words.newTask} onClose={giveUp} class="editor">
      <div role="alert">
        {conflict && (
          <div class="box conflict">
            <p><strong>{conflict.theirs ? words.conflict : words.gone}</strong></p>
            {conflict.fields.length > 0 && <p>{words.conflictWhy}</p>}
            {conflict.taken.length > 0 && <p>{words.takenOver(conflict.taken.map((name) => labels(words)[name]).join(", "))}</p>}
          </div>
        )}
      </div>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save();
        }}
      >
        <Field
          label={words.title}
          value={form.title}
          maxLength={200}
          required
          autocomplete="off"
          fault={tried && !form.title.trim() ? words.titleMissing : fault("title")}
          onInput={(event) => put({ title: event.currentTarget.value })}
        />
        {theirs("title")}
        <div class="field">
          <label for="about">{words.description}</label>
          <textarea id="about" rows={4} maxLength={10_000} value={form.description} onInput={(event) => put({ description: event.currentTarget.value })} />
        </div>
        {theirs("description")}
        <div class="pair">
          <Select label={words.status} value={form.status} onPick={(status) => put({ status })} options={STATUSES.map((it) => [it, words.statuses[it]] as const)}>
            {theirs("status")}
          </Select>
          <Select label={words.priority} value={form.priority} onPick={(priority) => put({ priority })} options={PRIORITIES.map((it) => [it, words.priorities[it]] as const)}>
            {theirs("priority")}
          </Select>
        </div>
        <Field
          label={words.dueDate}
          type="datetime-local"
          value={form.due}
          max="9999-12-31T23:59"
          hint={words.dueZone(readersZone())}
          fault={fault("due_date")}
          onInput={(event) => put({ due: event.currentTarget.value })}
        />
        {instant && (
          <p class="hint due">
            {fullMoment(instant, words.locale)}
            {Date.parse(instant) - LEAD_MS > now && form.status !== "DONE" && (
              <> · {words.reminderAt(shortMoment(new Date(Date.parse(instant) - LEAD_MS).toISOString(), now, words.locale))}</>
            )}
          </p>
        )}
        {theirs("due")}
        <Fault problem={problem} />
        <div class="actions">
          <button type="button" onClick={giveUp}>{words.cancel}</button>
          <button type="submit" class="main" aria-disabled={busy}>{busy ? words.saving : words.save}</button>
        </div>
      </form>
    </Dialog>
  );
}

function Theirs({ name, form, onTake }: { name: Name; form: Form; onTake: () => void }) {
  const words = useWords();
  const instant = fromInput(form.due);
  const text = {
    title: form.title,
    description: form.description || words.none,
    status: words.statuses[form.status],
    priority: words.priorities[form.priority],
    due: instant ? fullMoment(instant, words.locale) : words.none,
  }[name];
  return (
    <div class="theirs">
      <p><span class="hint">{words.theirs}:</span> {text}</p>
      <button type="button" class="small" aria-label={words.useTheirs(labels(words)[name])} onClick={onTake}>{words.take}</button>
    </div>
  );
}

function labels(words: Words): Record<Name, string> {
  return { title: words.title, description: words.description, status: words.status, priority: words.priority, due: words.dueDate };
}

function formOf(task: Task): Form {
  const { title, description, status, priority } = task;
  return { title, description: description ?? "", status, priority, due: toInput(task.due_date) };
}

function bodyOf(form: Form, names: readonly Name[]): Partial<Editable> {
  const whole: Record<Name, Partial<Editable>> = {
    title: { title: form.title.trim() },
    description: { description: form.description || null },
    status: { status: form.status },
    priority: { priority: form.priority },
    due: { due_date: fromInput(form.due) },
  };
  return Object.assign({}, ...names.map((name) => whole[name])) as Partial<Editable>;
}
