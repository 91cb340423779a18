/** Short news and lasting faults at the foot of the page. */
import { useEffect } from "preact/hooks";
import { dismiss, notices, spoken, type Notice } from "../notices";
import { useStore } from "../store";
import { hold, release } from "../undo";
import { useWords } from "../words";

export function Notices() {
  const all = useStore(notices);
  const text = useStore(spoken);
  return (
    <div class="notices">
      <p class="heard" role="status">{text}</p>
      <div role="status" aria-relevant="additions">
        {all.filter((it) => it.kind === "news").map((it) => <Entry key={it.id} notice={it} />)}
      </div>
      <div role="alert" aria-relevant="additions">
        {all.filter((it) => it.kind === "fault").map((it) => <Entry key={it.id} notice={it} />)}
      </div>
    </div>
  );
}

function Entry({ notice }: { notice: Notice }) {
  const words = useWords();
  const { id, until, action } = notice;
  const lasting = until === 0;
  useEffect(() => {
    const left = until - Date.now();
    // A longer delay than a timer can hold would fire at once; such a notice is taken away by who made it.
    if (lasting || left > 60_000) return;
    const timer = setTimeout(() => dismiss(id), left);
    return () => clearTimeout(timer);
  }, [id, until, lasting]);
  return (
    <div
      class={`notice ${notice.kind}`}
      onMouseEnter={() => hold(id)}
      onMouseLeave={() => release(id)}
      onFocusCapture={() => hold(id)}
      onBlurCapture={() => release(id)}
    >
      <p>{notice.text}</p>
      {action && (
        <button type="button" class="small" onClick={() => { dismiss(id); action.run(); }}>{action.label}</button>
      )}
      {lasting && <button type="button" class="small plain" onClick={() => dismiss(id)}>{words.close}</button>}
    </div>
  );
}
