/** Calls of the API from the page: the cookie goes along by itself, the CSRF token by hand, and what fails is a problem. */
import type { Problem } from "../../http/console-types/problem.ts";

export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** The network, not the API: no answer came at all. */
const unreachable: Problem = {
  type: "about:blank",
  title: "No answer",
  status: 0,
  detail: "Emend does not answer.",
  code: "unreachable",
  next: "Check that it runs and that this computer is online, then try again.",
};

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;
type Asked = { readonly query?: Query; readonly body?: unknown; readonly signal?: AbortSignal };

let csrf: string | null = null;
/** Belongs to the session: told at sign-in, and again whenever the session's token changes. */
export function keepCsrf(token: string | null): void {
  csrf = token;
}

export const getJson = <T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> =>
  call<T>("GET", path, { query, ...(signal === undefined ? {} : { signal }) });
export const postJson = <T = void>(path: string, body: unknown = {}): Promise<T> => call<T>("POST", path, { body });
export const patchJson = <T = void>(path: string, body: unknown): Promise<T> => call<T>("PATCH", path, { body });
export const remove = (path: string): Promise<void> => call<void>("DELETE", path, {});

/** What the server answers has been checked against its own schema before it was sent, so it is not checked again here. */
async function call<T>(method: string, path: string, { query = {}, body, signal }: Asked): Promise<T> {
  const response = await fetch(addressOf(path, query), {
    method,
    credentials: "same-origin",
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(method === "GET" || csrf === null ? {} : { "x-emend-csrf": csrf }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((fault: unknown) => {
    if (fault instanceof DOMException && fault.name === "AbortError") throw fault;
    throw new ApiProblem(unreachable);
  });
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as T;
  throw new ApiProblem(isProblem(answer) ? answer : { ...unreachable, status: response.status });
}

/** Parameters that are empty are left away. */
export function addressOf(path: string, query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null || value === "" ? [] : [[name, String(value)] as [string, string]],
  );
  return pairs.length === 0 ? `/api/v1${path}` : `/api/v1${path}?${new URLSearchParams(pairs).toString()}`;
}

const isProblem = (answer: unknown): answer is Problem =>
  typeof answer === "object" && answer !== null && "code" in answer && "detail" in answer && "next" in answer;

export const problemOf = (fault: unknown): Problem =>
  fault instanceof ApiProblem
    ? fault.problem
    : { ...unreachable, code: "page-fault", detail: fault instanceof Error ? fault.message : String(fault) };
