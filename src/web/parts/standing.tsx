/** What stands where nothing can be shown: it is being fetched, there is none, or it failed; each with the next step. */
import type { ReactNode } from "react";
import type { Problem } from "../../http/console-types/problem.ts";
import { problemOf } from "../api/client.ts";
import type { Dictionary } from "../text/dictionary.ts";
import { sayFieldError } from "../text/dictionary.ts";
import { useText } from "../text/language.tsx";

export function Loading() {
  const text = useText();
  return (
    <p className="standing" role="status">
      <span className="spinner" aria-hidden="true" /> {text.common.loading}
    </p>
  );
}

export const Empty = ({ what, next, children }: { what: string; next: string; children?: ReactNode }) => (
  <div className="standing">
    <p className="standing-what">{what}</p>
    <p className="hint">{next}</p>
    {children}
  </div>
);

/** A problem's sentence in the page's language where it is known there, else as the API says it. */
export const sayProblem = ({ problems, nextSteps }: Dictionary, { code, detail, next }: Problem) => ({
  detail: problems[code] ?? detail,
  next: nextSteps[code] ?? next,
});

type FailureProps = { readonly fault: unknown; readonly onRetry?: () => void; readonly children?: ReactNode };

export function Failure({ fault, onRetry, children }: FailureProps) {
  const text = useText();
  const problem = problemOf(fault);
  const { detail, next } = sayProblem(text, problem);
  return (
    <div className="failure" role="alert">
      <p className="standing-what">{detail}</p>
      {/* Other problems than this one say themselves what is wrong with the field. */}
      {problem.code === "bad-input" && problem.errors !== undefined && (
        <ul>
          {problem.errors.map((error) => (
            <li key={`${error.path} ${error.code}`}>{sayFieldError(text, error)}</li>
          ))}
        </ul>
      )}
      <p className="hint">{next}</p>
      {/* What was asked wrongly is answered no better the second time. */}
      {onRetry !== undefined && problem.status !== 400 && (
        <button type="button" onClick={onRetry}>
          {text.common.retry}
        </button>
      )}
      {children}
    </div>
  );
}
