/** One task in the list. */
import { Component } from "preact";
import type { Task } from "../api/client";
import { fullMoment, shortMoment } from "../time";
import type { Words } from "../words";

interface Props {
  task: Task;
  words: Words;
  now: number;
  picked: boolean;
  /** Whether this task stopped a bulk. */
  faulty: boolean;
  /** One holder for all rows and all renders, so that a row with nothing new is not drawn again. */
  actions: { readonly current: Actions };
}

export interface Actions {
  pick: (task: Task) => void;
  toggle: (task: Task) => void;
  edit: (task: Task) => void;
  erase: (task: Task) => void;
}

export class TaskRow extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    const { task, words, now, picked, faulty } = this.props;
    // A row without a due date does not change with the time.
    const later = next.now !== now && next.task.due_date !== null;
    return next.task !== task || next.words !== words || next.picked !== picked || next.faulty !== faulty || later;
  }

  override render(props: Props) {
    return <Row {...props} />;
  }
}

function Row({ task, words, now, picked, faulty, actions }: Props) {
  const { title, description, status, priority, due_date: due } = task;
  const late = due !== null && status !== "DONE" && Date.parse(due) < now;
  return (
    <li class="task" data-id={task.id} data-status={status} data-picked={picked || undefined} data-faulty={faulty || undefined}>
      <label class="pick"><input type="checkbox" checked={picked} onChange={() => actions.current.pick(task)} aria-label={words.select(title)} /></label>
      <button type="button" class="done" aria-pressed={status === "DONE"} aria-label={words.markDone(title)} onClick={() => actions.current.toggle(task)}>
        <svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9" /><path d="M7.5 12.5l3 3 6-7" /></svg>
      </button>
      <div class="what">
        <button type="button" class="title" onClick={() => actions.current.edit(task)} aria-label={words.edit(title)}>{title}</button>
        <p class="facts">
          {status === "IN_PROGRESS" && <span class="tag">{words.statuses.IN_PROGRESS}</span>}
          {priority !== "MEDIUM" && <span class="tag" data-priority={priority}><span class="heard">{words.priority}: </span>{words.priorities[priority]}</span>}
          {due && (
            <time class="tag" dateTime={due} title={fullMoment(due, words.locale)} data-late={late || undefined}>
              {late && `${words.overdue} · `}{shortMoment(due, now, words.locale)}
            </time>
          )}
          {description && <span class="hint about">{description}</span>}
        </p>
      </div>
      <button type="button" class="plain small remove" aria-label={words.remove(title)} onClick={() => actions.current.erase(task)}>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18" /></svg>
      </button>
    </li>
  );
}
