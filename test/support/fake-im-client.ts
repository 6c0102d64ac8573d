/** Tencent IM as a port: it answers what the test says and remembers what it was asked. */
import type { ModifyApi, Outcome } from "../../src/domain/modification.ts";
import type { Clock, MonotonicMs } from "../../src/domain/time.ts";
import type { ImClient, ReadBack } from "../../src/ports/im-client.ts";
import { outcomeOf } from "../../src/tencent/error-codes.ts";

export type FakeCall = { readonly at: MonotonicMs; readonly api: ModifyApi; readonly payload: string };
type Answer = (call: FakeCall, index: number) => Outcome | Promise<Outcome>;

export interface FakeImClient extends ImClient {
  readonly calls: readonly FakeCall[];
  /** What is answered from now on. */
  answer(how: Answer): void;
  /** What the message looks like from now on, to whoever reads it. */
  show(what: ReadBack): void;
  /** Called at each reading. */
  onRead(hear: () => void): void;
  /** Keeps whoever reads waiting. @returns how to let them go on */
  holdReads(): () => void;
}

/** What Tencent's numbers mean to the flows; `502` is a proxy's answer instead of Tencent's. */
export const answerOf = (code: number): Outcome =>
  code === 502 ? { kind: "retryable", code: "http_502" } : outcomeOf(code);

/** These codes one after another, then success. */
export const codesThenSuccess =
  (...codes: readonly number[]): Answer =>
  (_call, index) =>
    answerOf(codes[index] ?? 0);

export const always =
  (code: number): Answer =>
  () =>
    answerOf(code);

export function createFakeImClient(clock: Pick<Clock, "monotonic">): FakeImClient {
  const calls: FakeCall[] = [];
  let how: Answer = always(0);
  let shown: ReadBack = { kind: "gone" };
  let hear = (): void => {};
  let held = Promise.resolve();
  return {
    calls,
    answer: (given) => (how = given),
    show: (what) => (shown = what),
    async modify(api, payload) {
      const call = { at: clock.monotonic(), api, payload };
      calls.push(call);
      return how(call, calls.length - 1);
    },
    onRead: (given) => (hear = given),
    read: async () => {
      hear();
      await held;
      return shown;
    },
    holdReads() {
      let letGo = (): void => {};
      held = new Promise((resolve) => (letGo = resolve));
      return () => letGo();
    },
  };
}
