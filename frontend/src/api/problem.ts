/** Everything that can go wrong with a request, as one error that the words module can tell in any language. */

export interface Fault {
  where: (string | number)[];
  what: string;
}

export class Problem extends Error {
  /** 0 when the server was not reached or did not answer in time. */
  readonly status: number;
  /** Seconds after which the server wants to be asked again; 0 when it did not say. */
  readonly retryAfter: number;
  /** The server's faults by field, of a 422. */
  readonly faults: Fault[];
  /** The place of the operation that failed in a bulk; -1 when none is named. */
  readonly operation: number;

  constructor(status: number, detail: string, more: Partial<Pick<Problem, "retryAfter" | "faults" | "operation">> = {}) {
    super(detail);
    this.status = status;
    this.retryAfter = more.retryAfter ?? 0;
    this.faults = more.faults ?? [];
    this.operation = more.operation ?? -1;
  }

  /** Returns whether the field is to blame, by the name of the API. */
  blames(field: string): boolean {
    return this.faults.some((fault) => fault.where.includes(field));
  }
}

/** Returns the problem of an answer that is no success; a body that is no problem says nothing more. */
export async function problemOf(response: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    const parsed: unknown = await response.json();
    if (parsed && typeof parsed === "object") body = parsed as Record<string, unknown>;
  } catch {
    // A gateway's own page: the status alone speaks.
  }
  const seconds = Number(response.headers.get("Retry-After"));
  return new Problem(response.status, typeof body["detail"] === "string" ? body["detail"] : "", {
    retryAfter: Number.isFinite(seconds) ? seconds : 0,
    faults: Array.isArray(body["errors"]) ? (body["errors"] as Fault[]) : [],
    operation: typeof body["operation"] === "number" ? body["operation"] : -1,
  });
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, error instanceof Error ? error.message : "");
}
