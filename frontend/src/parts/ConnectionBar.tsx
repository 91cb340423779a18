/** Says when the server is out of reach, and asks again by itself; what is on the page stays readable. */
import { useEffect, useRef } from "preact/hooks";
import { connection } from "../api/connection";
import { say } from "../notices";
import { resume, session } from "../session";
import { useStore } from "../store";
import { client, refreshTasks } from "../tasks";
import { useNow } from "../time";
import { useWords } from "../words";

const SECOND_MS = 1000;

function askAgain(): void {
  if (session.get() === "starting") void resume().catch(() => undefined);
  else void client.refetchQueries({ type: "active" });
}

export function ConnectionBar() {
  const { kind, until } = useStore(connection);
  const words = useWords();
  const wasLost = useRef(false);
  useEffect(() => {
    if (kind === "ok") {
      if (wasLost.current) {
        say(words.connected);
        void refreshTasks();
      }
      wasLost.current = false;
      return;
    }
    wasLost.current = true;
    const timer = setTimeout(askAgain, until - Date.now());
    return () => clearTimeout(timer);
  }, [kind, until, words]);
  return (
    <div class="connection" data-kind={kind}>
      <p role="status">{kind !== "ok" && words[kind]}</p>
      {kind !== "ok" && <Countdown until={until} />}
      {kind !== "ok" && <button type="button" class="small" onClick={askAgain}>{words.now}</button>}
    </div>
  );
}

function Countdown({ until }: { until: number }) {
  const words = useWords();
  const left = Math.ceil((until - useNow(SECOND_MS)) / SECOND_MS);
  return <span aria-hidden="true">{left > 0 && words.againIn(left)}</span>;
}
