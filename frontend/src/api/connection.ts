/** Whether the server answers, told once for the whole page; each request reports here what it met. */
import { store } from "../store";
import { Problem } from "./problem";

export interface Connection {
  kind: "ok" | "offline" | "unavailable" | "limited" | "stale";
  /** When the page asks again by itself, in milliseconds since 1970; 0 while all is well. */
  until: number;
}

const FINE: Connection = { kind: "ok", until: 0 };
const ANSWER_WITHIN_MS = 15_000;
const LONGEST_WAIT_S = 15;
const STALE_S = 3;
const LATE = "TimeoutError";

export const connection = store<Connection>(FINE);
let failures = 0;

/** Sends a request and reports how it went; a timeout and a lost connection are a `Problem` of status 0. */
export async function reach(request: Request): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]) });
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (name === "AbortError") throw error;
    failed(name === LATE ? "unavailable" : "offline", 0);
    throw new Problem(0, "");
  }
  const asked = Number(response.headers.get("Retry-After")) || 0;
  if (response.status === 429) failed("limited", asked);
  // A bulk that is switched off says nothing about the rest.
  else if (response.status >= 502 && !request.url.endsWith(":bulk")) failed("unavailable", asked);
  // The database is gone and the API answers a read from its memory.
  else if (response.headers.get("Cache-Status")?.includes("stale")) failed("stale", STALE_S);
  else if (response.status < 500) recovered();
  return response;
}

/** Says that the browser has lost or found its network. */
export function networkChanged(online: boolean): void {
  if (!online) failed("offline", 0);
}

function failed(kind: Connection["kind"], askedSeconds: number): void {
  const before = connection.get();
  const now = Date.now();
  // Several requests that fail together are one failure, and wait once.
  if (now >= before.until) failures += 1;
  const wait = (askedSeconds || Math.min(2 ** failures, LONGEST_WAIT_S)) * 1000;
  connection.set({ kind, until: now < before.until && !askedSeconds ? before.until : now + wait });
}

function recovered(): void {
  failures = 0;
  connection.set(FINE);
}
