/**
 * Tencent and the way to it, without a socket: the simulator's own world, callbacks that are lost, doubled and late, calls
 * that fail before or after they took effect.
 */
import { createHash } from "node:crypto";
import { Secret } from "../../src/domain/secret.ts";
import { epochMs } from "../../src/domain/time.ts";
import type { SdkAppId } from "../../src/domain/message.ts";
import { callbackFor } from "../../src/simulator/callback-bodies.ts";
import { c2cHistory, groupHistory } from "../../src/simulator/history.ts";
import { modifyC2c, modifyGroup } from "../../src/simulator/modify.ts";
import type { Random } from "../../src/simulator/random.ts";
import { pick } from "../../src/simulator/random.ts";
import { writeAnswer } from "../../src/simulator/answer.ts";
import type { Answer as WorldAnswer } from "../../src/simulator/answer.ts";
import type { StoredMessage, World } from "../../src/simulator/world.ts";
import { createWorld } from "../../src/simulator/world.ts";
import { writeQuery } from "../../src/tencent/callback.ts";
import type { Answer, RestCaller } from "../../src/tencent/rest-call.ts";
import type { Troubles } from "./faults.ts";
import { FAILING_CODES } from "./faults.ts";
import type { Living, Scheduler } from "./scheduler.ts";

export const APP = 1_400_000_000 as SdkAppId;
export const ADMIN = "administrator";
export const TOKEN = new Secret("simulated-token");

const TIMEOUT_MS = 5_000;
/** Slow, and still in time. */
const SLOW_MS_MAX = 4_500;

export type Posted = {
  readonly command: string;
  readonly body: Buffer;
  readonly query: string;
  readonly message: StoredMessage;
  /** Of all that was told about messages. */
  readonly id: number;
};

export type ModifyCall = {
  readonly api: "c2c" | "group";
  readonly payload: string;
};

export type TencentParts = {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly troubles: Troubles;
  readonly trace: (line: string) => void;
  /** A callback that reaches the machine. */
  readonly deliver: (posted: Posted) => void;
  /** A modify call leaves the service, before anything becomes of it. */
  readonly onCall: (call: ModifyCall, by: Living) => void;
  /** The service has heard that it was applied. */
  readonly onApplied: (call: ModifyCall) => void;
};

export interface Tencent {
  readonly world: World;
  /** The way to Tencent for one process: nothing comes back to a dead one. */
  wayFor(process: Living): RestCaller;
  /** From now on nothing is lost, late or refused. */
  calmDown(): void;
  /** Callbacks that are on their way. */
  onTheWay(): number;
}

/** Enough to tell calls apart in a trace. */
export const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 8);

export function createTencent(parts: TencentParts): Tencent {
  const { scheduler, random, troubles, trace } = parts;
  const world = createWorld({
    seed: Math.floor(random() * 2 ** 31),
    now: () => scheduler.trueTime(),
  });
  const happens = (probability: number): boolean => !isCalm && random() < probability;
  let isCalm = false;
  let onTheWay = 0;
  let posted = 0;

  world.subscribe((change) => {
    if (change.what === "reset") return;
    const context = {
      admin: ADMIN,
      now: () => scheduler.trueTime(),
      editCallbacks: true,
    };
    const callback = callbackFor(change, context);
    if (callback === undefined) return;
    const { command, body } = callback;
    const id = ++posted;
    trace(`${change.what} ${change.message.id} by ${change.by}: callback ${id}`);
    if (happens(troubles.callbackLost)) return trace(`callback ${id} is lost`);
    const copies = happens(troubles.callbackDoubled) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const delay = 2 + random() * 60 + (happens(troubles.callbackLate) ? random() * 8_000 : 0);
      onTheWay++;
      scheduler.after(delay, () => {
        onTheWay--;
        const query = writeQuery(command, { sdkAppId: APP, token: TOKEN }, epochMs(scheduler.trueTime()));
        parts.deliver({
          command,
          body: Buffer.from(body),
          query,
          message: change.message,
          id,
        });
      });
    }
  });

  const judge = (path: string, json: string): WorldAnswer => {
    const fields = JSON.parse(json) as Readonly<Record<string, unknown>>;
    const request = { fields, json, operator: ADMIN };
    if (path.endsWith("/modify_c2c_msg")) return modifyC2c(world, request);
    if (path.endsWith("/modify_group_msg")) return modifyGroup(world, request);
    return path.endsWith("/admin_getroammsg") ? c2cHistory(world, fields) : groupHistory(world, fields);
  };
  const answered = (answer: WorldAnswer): Answer => ({
    kind: "answered",
    code: answer.code,
    json: writeAnswer(answer),
  });

  return {
    world,
    wayFor: (process) => ({
      call: (path, body) =>
        new Promise((resolve) => {
          // What a dead process still has in its hands never leaves it.
          if (process.isDead) return;
          const api = path.endsWith("/modify_c2c_msg")
            ? "c2c"
            : path.endsWith("/modify_group_msg")
              ? "group"
              : undefined;
          const call: ModifyCall | undefined = api === undefined ? undefined : { api, payload: body };
          const name = `${api ?? "history"} ${digest(body)}`;
          const reply = (answer: Answer): void => {
            if (process.isDead) return;
            trace(`answer to ${name}: ${answer.code}`);
            scheduler.enter(process);
            if (call !== undefined && answer.code === 0) parts.onApplied(call);
            resolve(answer);
          };
          const timedOut = (): void => scheduler.after(TIMEOUT_MS, () => reply({ kind: "failed", code: "timeout" }));
          trace(`call ${name}`);
          if (call !== undefined) parts.onCall(call, process);
          if (happens(troubles.requestLost)) return timedOut();
          const there = 1 + random() * 80;
          const back =
            1 + random() * 80 + (troubles.callSlow > 0 && happens(troubles.callSlow) ? random() * SLOW_MS_MAX : 0);
          scheduler.after(there, () => {
            if (happens(troubles.callFails)) {
              const answer = answered({
                code: pick(random, FAILING_CODES),
                info: "a mishap",
              });
              // "It went wrong" does not say that nothing was done.
              if (random() < 0.3) judge(path, body);
              return scheduler.after(back, () => reply(answer));
            }
            const answer = answered(judge(path, body));
            if (happens(troubles.answerLost)) return timedOut();
            scheduler.after(back, () => reply(answer));
          });
        }),
      [Symbol.asyncDispose]: async () => undefined,
    }),
    calmDown() {
      isCalm = true;
    },
    onTheWay: () => onTheWay,
  };
}
