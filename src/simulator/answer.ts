/** Tencent's answers: always three fields, always HTTP 200; the code says how it went. */
import { writeObject } from "./raw-json.ts";

export type Refusal = { readonly code: number; readonly info: string };

export type Answer = Refusal & {
  /** What a history API adds to the three fields. */
  readonly members?: Readonly<Record<string, unknown>>;
};

export const succeeded = (members: Readonly<Record<string, unknown>> = {}): Answer => ({ code: 0, info: "", members });

export function writeAnswer({ code, info, members }: Answer): string {
  return writeObject({ ActionStatus: code === 0 ? "OK" : "FAIL", ErrorInfo: info, ErrorCode: code, ...members });
}
