/** The REST calls that came in: when, to which API, how they were answered. What a rate promise is judged by. */
import { createSlidingSecond, SECOND_MS } from "./rate.ts";
import type { SlidingSecond } from "./rate.ts";

export type Api =
  | "modify_c2c_msg"
  | "modify_group_msg"
  | "admin_getroammsg"
  | "group_msg_get_simple"
  /** Whatever else was asked under /v4. */
  | "unknown";

export type Call = {
  readonly api: Api;
  /** Epoch milliseconds with fractions, from a clock that never jumps. */
  readonly at: number;
  /** Arrivals at this API in the second that ends with this one, itself included. */
  readonly withinSecond: number;
  /** The `ErrorCode`, or the mishap that took its place; undefined while the caller waits. */
  answer: string | undefined;
};

export type ApiCalls = {
  readonly count: number;
  /** How often each `ErrorCode` (or mishap) was the answer. */
  readonly answers: Readonly<Record<string, number>>;
  readonly worstSecond: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Over the time between the first and the last arrival; 0 while there is only one. */
  readonly meanPerSecond: number;
};

export interface CallLog {
  arrive(api: Api): Call;
  answered(call: Call, answer: string): void;
  summary(): Readonly<Partial<Record<Api, ApiCalls>>>;
  list(): readonly Call[];
  clear(): void;
}

/** Half an hour at full speed. The summary stays exact beyond it; only the oldest single calls are forgotten. */
const CALLS_KEPT_MAX = 400_000;

type Tally = { count: number; answers: Map<string, number>; second: SlidingSecond; firstAt: number; lastAt: number };

export const steadyNow = (): number => performance.timeOrigin + performance.now();

export function createCallLog(clock: () => number = steadyNow): CallLog {
  let tallies = new Map<Api, Tally>();
  let calls: Call[] = [];
  let current = new WeakSet<Call>();

  const tallyOf = (api: Api, at: number): Tally => {
    const known = tallies.get(api);
    if (known) return known;
    const fresh = { count: 0, answers: new Map(), second: createSlidingSecond(), firstAt: at, lastAt: at };
    tallies.set(api, fresh);
    return fresh;
  };

  return {
    arrive(api) {
      const at = clock();
      const tally = tallyOf(api, at);
      tally.count++;
      tally.lastAt = at;
      const call: Call = { api, at, withinSecond: tally.second.arrive(at), answer: undefined };
      calls.push(call);
      current.add(call);
      if (calls.length > CALLS_KEPT_MAX * 1.25) calls = calls.slice(-CALLS_KEPT_MAX);
      return call;
    },
    answered(call, answer) {
      call.answer = answer;
      // A call from before a reset belongs to a tally that is gone.
      if (!current.has(call)) return;
      const { answers } = tallyOf(call.api, call.at);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    },
    summary() {
      const summary: Partial<Record<Api, ApiCalls>> = {};
      for (const [api, { count, answers, second, firstAt, lastAt }] of tallies) {
        const meanPerSecond = lastAt > firstAt ? ((count - 1) * SECOND_MS) / (lastAt - firstAt) : 0;
        const byCode = Object.fromEntries(answers);
        summary[api] = { count, answers: byCode, worstSecond: second.worst(), firstAt, lastAt, meanPerSecond };
      }
      return summary;
    },
    list: () => calls,
    clear() {
      tallies = new Map();
      calls = [];
      current = new WeakSet();
    },
  };
}
