/** What the API says when it does not do what was asked: RFC 9457, with a code to search for and the next step. */
import type { z } from "zod";
import type { FieldError, FieldFault, Problem } from "./console-types/problem.ts";

/** Thrown by whoever finds it, told once by the app. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(problem.code);
    this.problem = problem;
    this.headers = headers;
  }
}

const titles = {
  400: "Not understood",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not found",
  405: "Not with this method",
  409: "Not as things are",
  413: "Too long",
  415: "Not JSON",
  421: "Not this host",
  422: "Not acceptable",
  429: "Too many tries",
  500: "A fault of Emend",
  503: "Not now",
} as const;

export type ProblemStatus = keyof typeof titles;
export const problemTitle = (status: ProblemStatus): string => titles[status];

type More = {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly [extension: string]: unknown;
};

/**
 * @param code for programs: lower case, with hyphens
 * @param detail a sentence about this case
 * @param next what to do
 * @param more what else a program would want to know; `headers` go into the answer's head
 */
export function problem(status: ProblemStatus, code: string, detail: string, next: string, more: More = {}) {
  const { headers = {}, errors, ...extensions } = more;
  const type = `urn:emend:problem:${code}`;
  const told = { ...extensions, type, title: titles[status], status, code, detail, next };
  return new ProblemError(errors === undefined ? told : { ...told, errors: [...errors] }, headers);
}

export const notFound = (what: string): ProblemError =>
  problem(404, "not-found", `There is no ${what}.`, "Look it up in its list again; it may be past keeping.");

/** Whoever sent more wrong fields than this is helped by none of the rest. */
const ERRORS_TOLD_MAX = 20;

/** @param part where in the request it was found: params, query or body */
export function badInput(faults: readonly { readonly part: string; readonly error: z.ZodError }[]): ProblemError {
  const errors = faults.flatMap(({ part, error }) =>
    error.issues.map((issue) => {
      // Of what the sender wrote only names of fields are said back.
      const path = [part, ...issue.path.map(String)].join(".");
      return { path, ...faultIn(issue), detail: `${issue.message.replace(/\.$/, "")}.`, next: nextFor(issue) };
    }),
  );
  const [first] = errors;
  const detail = first === undefined ? "The request is not of the described shape." : `${first.path}: ${first.detail}`;
  return problem(400, "bad-input", detail, "Correct the fields named in errors; /api/openapi.json describes them.", {
    errors: errors.slice(0, ERRORS_TOLD_MAX),
  });
}

function faultIn(issue: z.core.$ZodIssue): Pick<FieldError, "code" | "limit"> {
  switch (issue.code) {
    case "unrecognized_keys":
      return { code: "unknown" };
    case "invalid_value":
      return { code: "no-choice" };
    case "too_small":
      return { code: tooLittle[issue.origin] ?? "too-small", limit: Number(issue.minimum) };
    case "too_big":
      return { code: tooMuch[issue.origin] ?? "too-big", limit: Number(issue.maximum) };
    case "custom":
      // A schema that has a rule of its own may say which of these it is.
      return { code: "refused", ...(issue.params as Pick<FieldError, "code" | "limit"> | undefined) };
    default:
      return { code: "unreadable" };
  }
}

/** By what zod says it was too little or too much of; numbers are too small and too big. */
const tooLittle: Readonly<Record<string, FieldFault>> = { string: "too-short", array: "too-few" };
const tooMuch: Readonly<Record<string, FieldFault>> = { string: "too-long", array: "too-many" };

function nextFor(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "unrecognized_keys":
      return `Leave ${issue.keys.join(", ")} away, or look for a typing error.`;
    case "invalid_type":
      return `Send it as ${issue.expected}.`;
    case "invalid_value":
      return `Send one of ${issue.values.map(String).join(", ")}.`;
    case "too_big":
      return `Send no more than ${issue.maximum}.`;
    case "too_small":
      return `Send at least ${issue.minimum}.`;
    default:
      return "See its description in /api/openapi.json.";
  }
}
