/** The page's frame: who is signed in decides what stands inside. */
import { useEffect } from "preact/hooks";
import { Route, Switch } from "wouter-preact";
import { resume, session } from "./session";
import { useStore } from "./store";
import { useWords } from "./words";
import { ConnectionBar } from "./parts/ConnectionBar";
import { Header } from "./parts/Header";
import { KeyHelp } from "./parts/KeyHelp";
import { Notices } from "./parts/Notices";
import { Reminders } from "./parts/Reminders";
import { Sessions } from "./views/Sessions";
import { SignIn } from "./views/SignIn";
import { SignInAgain } from "./views/SignInAgain";
import { TaskList } from "./views/TaskList";

export function App() {
  const state = useStore(session);
  const words = useWords();
  const inside = state === "signed-in" || state === "ended";
  useEffect(() => {
    // The old page's name would stay when somebody signs out.
    if (!inside) document.title = words.titleOf(words.signIn);
  }, [inside, words]);
  useEffect(() => {
    // A tab that was opened without a connection asks again when somebody looks at it.
    const look = () => void resume().catch(() => undefined);
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return (
    <>
      {inside && <a class="skip" href="#tasks">{words.skip}</a>}
      <Header inside={inside} />
      <ConnectionBar />
      <main class="page" id="tasks" tabIndex={-1} aria-busy={state === "starting"}>
        {state === "signed-out" && <SignIn />}
        {state === "starting" && <p class="quiet" role="status">{words.loading}</p>}
        {inside && (
          <Switch>
            <Route path="/sessions" component={Sessions} />
            <Route component={TaskList} />
          </Switch>
        )}
      </main>
      {inside && <Reminders />}
      <KeyHelp />
      <Notices />
      {state === "ended" && <SignInAgain />}
    </>
  );
}
