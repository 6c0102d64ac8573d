/** The calls that change messages, and the one that reads a message back. */
import type { ModifyApi, Outcome } from "../domain/modification.ts";
import type { ImClient, ReadBack } from "../ports/im-client.ts";
import { isGroupGone, outcomeOf } from "./error-codes.ts";
import { findIn, historyRequest, nextPageIn } from "./history.ts";
import type { RestCaller, RestParts } from "./rest-call.ts";
import { createRestCaller } from "./rest-call.ts";
import type { UserSig } from "./user-sig.ts";

const paths: Readonly<Record<ModifyApi, string>> = {
  c2c: "/v4/openim/modify_c2c_msg",
  group: "/v4/openim/modify_group_msg",
};

/** Calls under way at once, per API: 200 a second at more than a second each. A call never waits inside the agent. */
export const CALLS_IN_FLIGHT_MAX = 256;
/** A second in which two people say more than this many pages has no end. */
const HISTORY_PAGES_MAX = 10;
/** History is read in rare conflicts only: these sockets come on top. */
const SOCKETS_MAX = 2 * CALLS_IN_FLIGHT_MAX + 16;

/** @param rest how a call is made; over HTTP unless told otherwise */
export function createRestClient(
  parts: RestParts,
  rest: RestCaller = createRestCaller(parts, SOCKETS_MAX),
): ImClient & AsyncDisposable {
  const { userSig } = parts;
  return {
    async modify(api, payload) {
      const sig = userSig.current();
      const answer = await rest.call(paths[api], payload, sig);
      if (answer.kind === "failed") return { kind: "retryable", code: answer.code };
      return outcomeWith(userSig, sig, answer.code);
    },

    async read(ref) {
      let after: string | undefined;
      for (let page = 0; page < HISTORY_PAGES_MAX; page++) {
        const [path, request] = historyRequest(ref, after);
        const sig = userSig.current();
        const answer = await rest.call(path, JSON.stringify(request), sig);
        if (answer.kind === "failed") return failed(answer.code);
        if (isGroupGone(answer.code)) return { kind: "gone" };
        if (answer.code !== 0) return { kind: "failed", outcome: outcomeWith(userSig, sig, answer.code) };
        const found = findIn(answer.json, ref);
        after = found.kind === "gone" && ref.kind === "c2c" ? nextPageIn(answer.json) : undefined;
        if (after === undefined) return found;
      }
      return failed("history_too_long");
    },

    [Symbol.asyncDispose]: () => rest[Symbol.asyncDispose](),
  };
}

const failed = (code: string): ReadBack => ({ kind: "failed", outcome: { kind: "retryable", code } });

/** What an answer asks of us; a signature that ran out is renewed on the way. */
export function outcomeWith(userSig: UserSig, sig: string, code: number): Outcome {
  const outcome = outcomeOf(code);
  if (outcome.kind !== "unauthorised") return outcome;
  return userSig.renew(sig) ? outcome : { kind: "misconfigured", code: outcome.code };
}
