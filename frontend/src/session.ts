/**
 * Who is signed in. The only module that knows how: a short access token in this page's memory, and a cookie
 * that no script can read, which renews it. Tabs renew one after the other, and hear when one signs in or out.
 */
import { reach } from "./api/connection";
import { Problem, problemOf } from "./api/problem";
import { store } from "./store";

export type SessionState =
  | "starting" // a cookie may be there; nobody has asked yet
  | "signed-out"
  | "signed-in"
  | "ended"; // it was signed in; what the person typed is still on the page

interface Tokens {
  access_token: string;
  expires_in: number;
}

interface Access {
  token: string;
  /** Whose it is, as the API counts people. */
  subject: string;
  /** After this it is renewed before it is used, in milliseconds since 1970. */
  until: number;
}

/** Says to the next page load that asking for a session is worth a request; it is no secret. */
const HINT = "toban.signed-in";
const EARLY_S = 30;
const MOST_TRIES = 3;

export const session = store<SessionState>(localStorage.getItem(HINT) ? "starting" : "signed-out");

const tabs = new BroadcastChannel("toban.session");
let access: Access | null = null;
let lastSubject = "";
let renewing: Promise<boolean> | null = null;
let waiting: (() => void)[] = [];

tabs.addEventListener("message", (event: MessageEvent<"signed-in" | "signed-out">) => {
  if (event.data === "signed-out") leave();
  else if (session.get() !== "signed-in") void renew().catch(() => undefined);
});

/** Asks once, at the start, whether the browser still has a session. */
export async function resume(): Promise<void> {
  if (session.get() !== "starting") return;
  if (!(await renew())) leave();
}

export async function signIn(username: string, password: string): Promise<void> {
  enter((await post("login", { username, password })) as Tokens);
  localStorage.setItem(HINT, "1");
  tabs.postMessage("signed-in");
}

export async function register(username: string, email: string, password: string): Promise<void> {
  await post("register", { username, email, password });
  await signIn(username, password);
}

/** Ends this session at the server; when that fails nobody is signed out, and the problem says so. */
export async function signOut(): Promise<void> {
  try {
    await post("logout", {});
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
  }
  tabs.postMessage("signed-out");
  leave();
}

/** Forgets the session here and in other tabs, after the server has ended all of them. */
export function forget(): void {
  tabs.postMessage("signed-out");
  leave();
}

/**
 * Sends a request as the person who is signed in. When the session ends meanwhile it waits until the same
 * person has signed in again, so that nothing typed is lost.
 */
export async function fetchSignedIn(request: Request): Promise<Response> {
  let token = await usable();
  for (let tries = 1; ; tries += 1) {
    const attempt = request.clone();
    attempt.headers.set("Authorization", `Bearer ${token}`);
    const response = await reach(attempt);
    if (response.status !== 401 || tries >= MOST_TRIES) return response;
    if (access?.token === token) access = null;
    token = await usable();
  }
}

async function usable(): Promise<string> {
  if (access && Date.now() < access.until) return access.token;
  if (session.get() === "signed-in" && !(await renew())) session.set("ended");
  while (!access) await new Promise<void>((resolve) => waiting.push(resolve));
  return access.token;
}

/** Renews the access token; false when there is no session any more. */
function renew(): Promise<boolean> {
  renewing ??= exclusively(async () => {
    try {
      enter((await post("refresh", {})) as Tokens);
      return true;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return false;
      throw error;
    }
  }).finally(() => {
    renewing = null;
  });
  return renewing;
}

/** Two tabs that renew at once would show the same cookie twice. */
async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  // Plain http on another host than localhost has no locks; the API forgives a doubled renewal.
  return navigator.locks ? navigator.locks.request("toban.refresh", () => work()) as Promise<T> : work();
}

function enter(tokens: Tokens): void {
  const subject = subjectOf(tokens.access_token);
  if (lastSubject && lastSubject !== subject) {
    // Somebody else: nothing of the person before may stay on the page.
    sessionStorage.clear();
    location.replace("/");
  }
  lastSubject = subject;
  access = { token: tokens.access_token, subject, until: Date.now() + (tokens.expires_in - EARLY_S) * 1000 };
  session.set("signed-in");
  const resumed = waiting;
  waiting = [];
  for (const go of resumed) go();
}

function leave(): void {
  access = null;
  lastSubject = "";
  localStorage.removeItem(HINT);
  session.set("signed-out");
}

function subjectOf(token: string): string {
  const payload = token.split(".")[1] ?? "";
  const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as { sub?: unknown };
  return String(claims.sub);
}

async function post(path: string, body: object): Promise<unknown> {
  const request = new Request(`/api/v1/auth/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Session-Cookie": "true" },
    body: JSON.stringify(body),
  });
  const response = await reach(request);
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? undefined : await response.json();
}
