/**
 * Callbacks that were turned away. Tencent repeats none of them, and what makes it turn one away here turns all of them
 * away: a token, a clock, a path. So it is said at once, again when they pile up, and not with every callback.
 */
import type { Clock } from "../domain/time.ts";
import type { Logger } from "../ports/logger.ts";
import type { Distrust } from "../tencent/callback.ts";

export type Refusal = Distrust | "wrong_path";

export type RefusalParts = {
  readonly clock: Pick<Clock, "monotonic">;
  readonly count: (name: string) => void;
  readonly log: Logger;
};

/** Counts a callback that was turned away, and says so when it should be known. */
export type NoteRefusal = (why: Refusal) => void;

/** A stranger's probe is one or two; Tencent's callbacks, when they are refused, are soon more. */
const ALARM_COUNT = 10;
const QUIET_MS = 600_000;

const counted: Readonly<Record<Refusal, string>> = {
  sdk_app_id: "callbacks.forbidden.sdk_app_id",
  signature: "callbacks.forbidden.signature",
  request_time: "callbacks.forbidden.request_time",
  wrong_path: "callbacks.wrong_path",
};

const nextSteps: Readonly<Record<Refusal, string>> = {
  sdk_app_id: "The callback is of another app: compare TENCENT_SDK_APP_ID with the app whose console has this URL.",
  signature: "TENCENT_CALLBACK_TOKEN is not the token of the Chat console, or a stranger has found the URL.",
  request_time: "The clock of this machine is off by more than a minute: set it (NTP), no restart is needed.",
  wrong_path: "The URL in the Chat console, or a proxy's rule, has another path than EMEND_CALLBACK_PATH.",
};

export function createRefusals({ clock, count, log }: RefusalParts): NoteRefusal {
  const windows = new Map<Refusal, { readonly since: number; refused: number }>();
  return (why) => {
    count(counted[why]);
    const now = clock.monotonic();
    const known = windows.get(why);
    const window = known === undefined || now - known.since >= QUIET_MS ? { since: now, refused: 0 } : known;
    windows.set(why, window);
    window.refused++;
    const fields = { why, refused: window.refused, next: nextSteps[why] };
    if (window.refused === 1) log.warn(fields, "A callback was turned away.");
    if (window.refused === ALARM_COUNT) log.error(fields, "Callbacks are turned away: their messages go unjudged.");
  };
}
