/** The API by its own description: a path, a field or a status that api/openapi.json lacks does not compile. */
import createClient from "openapi-fetch";
import { fetchSignedIn } from "../session";
import type { components, paths } from "./schema";
import { problemOf } from "./problem";

export type Task = components["schemas"]["Task"];
export type TaskList = components["schemas"]["TaskList"];
export type Account = components["schemas"]["Account"];
export type OwnSession = components["schemas"]["OwnSession"];
export type Status = Task["status"];
export type Priority = Task["priority"];
export type Editable = Pick<Task, "title" | "description" | "status" | "priority" | "due_date">;
export type Operation = components["schemas"]["Bulk"]["operations"][number];

export const STATUSES: readonly Status[] = ["TODO", "IN_PROGRESS", "DONE"];
export const PRIORITIES: readonly Priority[] = ["HIGH", "MEDIUM", "LOW"];

const api = createClient<paths>({ baseUrl: location.origin, fetch: fetchSignedIn });

export interface ListQuery {
  status?: Status;
  priority?: Priority;
  due_after?: string;
  due_before?: string;
  q?: string;
  sort?: Order;
  limit?: number;
  cursor?: string;
}
export type Order = NonNullable<NonNullable<paths["/api/v1/tasks"]["get"]["parameters"]["query"]>["sort"]>;

export async function listTasks(query: ListQuery, signal?: AbortSignal): Promise<TaskList> {
  return data(await api.GET("/api/v1/tasks", { params: { query }, signal: signal ?? null }));
}

export async function readTask(id: number): Promise<Task> {
  // Past the browser's own cache: this is read because somebody else has just written.
  return data(await api.GET("/api/v1/tasks/{id}", { params: { path: { id } }, cache: "no-store" }));
}

/** Makes a task; the same key makes it once, however often a lost connection makes us send it. */
export async function createTask(body: Partial<Editable> & { title: string }, key: string): Promise<Task> {
  const header = { "Idempotency-Key": key };
  return data(await api.POST("/api/v1/tasks", { params: { header }, body: body as never }));
}

export async function changeTask(id: number, version: number, body: Partial<Editable>): Promise<Task> {
  const params = { path: { id }, header: { "If-Match": `"${version}"` } };
  return data(await api.PATCH("/api/v1/tasks/{id}", { params, body: body as never }));
}

/** Deletes a task; `keepalive` lets it be sent while the page is being closed. */
export async function deleteTask(id: number, version: number, keepalive = false): Promise<void> {
  const params = { path: { id }, header: { "If-Match": `"${version}"` } };
  await data(await api.DELETE("/api/v1/tasks/{id}", { params, keepalive }));
}

export async function bulk(operations: Operation[], key: string): Promise<void> {
  const header = { "Idempotency-Key": key };
  await data(await api.POST("/api/v1/tasks:bulk", { params: { header }, body: { operations } }));
}

export async function me(): Promise<Account> {
  return data(await api.GET("/api/v1/users/me"));
}

export async function listSessions(): Promise<OwnSession[]> {
  return (await data(await api.GET("/api/v1/sessions"))).items;
}

export async function endSession(id: string): Promise<void> {
  await data(await api.DELETE("/api/v1/sessions/{id}", { params: { path: { id } } }));
}

export async function endAllSessions(): Promise<void> {
  await data(await api.POST("/api/v1/auth/logout-all"));
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

async function data<T>(answer: Answer<T>): Promise<T> {
  if (!answer.response.ok) {
    // The client has read the body already; a response made of it gives it to the one reader of problems.
    const body = typeof answer.error === "string" ? answer.error : JSON.stringify(answer.error ?? {});
    throw await problemOf(new Response(body, answer.response));
  }
  return answer.data as T;
}
