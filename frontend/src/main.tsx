/** Starts the page. */
import { QueryClientProvider } from "@tanstack/preact-query";
import { render } from "preact";
import { App } from "./App";
import { connection, networkChanged } from "./api/connection";
import { forgetTasks } from "./newest";
import { resume, session } from "./session";
import { show } from "./notices";
import { client } from "./tasks";
import { words } from "./words";
import { asProblem } from "./api/problem";
import "./styles/index.css";

const root = document.getElementById("page")!;
addEventListener("offline", () => networkChanged(false));
addEventListener("online", () => void client.refetchQueries({ type: "active" }));
// Whoever signs out leaves nothing behind for the next person at this screen.
session.watch(() => {
  if (session.get() === "signed-out") {
    client.clear();
    forgetTasks();
    sessionStorage.clear();
  }
});

async function start(): Promise<void> {
  try {
    await resume();
  } catch (error) {
    // The bar tells it already, asks again, and goes when all is well; a notice would stay.
    if (connection.get().kind !== "ok") return;
    const text = words().problem(asProblem(error));
    show({ kind: "fault", text, action: { label: words().tryAgain, run: () => void start() } });
  }
}

render(
  <QueryClientProvider client={client}>
    <App />
  </QueryClientProvider>,
  root,
);
void start();
