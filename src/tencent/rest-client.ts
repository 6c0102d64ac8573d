/**
 * Tencent's REST API (https://cloud.tencent.com/document/product/269/1519) through axios. Everything that axios throws
 * carries the URL, and with it the signature, and the body, and with it people's words: it is turned into an outcome with
 * a code here, and goes no further.
 */
import http from "node:http";
import https from "node:https";
import axios from "axios";
import type { SdkAppId } from "../domain/message.ts";
import type { ModifyApi, Outcome } from "../domain/modification.ts";
import type { ImClient } from "../ports/im-client.ts";
import { outcomeOf } from "./error-codes.ts";
import { findIn, historyRequest, nextPageIn } from "./history.ts";
import type { UserSig } from "./user-sig.ts";

const paths: Readonly<Record<ModifyApi, string>> = {
  c2c: "/v4/openim/modify_c2c_msg",
  group: "/v4/openim/modify_group_msg",
};

/** Tencent's own time-out is 3 s; ours is longer, so that we hear its verdict rather than guess. */
const TIMEOUT_MS = 5_000;
/** Answers are three fields, history pages 13 KB. */
const ANSWER_BYTES_MAX = 1024 * 1024;
/** Calls under way at once, per API: 200 a second at more than a second each. A call never waits inside the agent. */
export const CALLS_IN_FLIGHT_MAX = 256;
/** A second in which two people say more than this many pages has no end. */
const HISTORY_PAGES_MAX = 10;
/** History is read in rare conflicts only: these sockets come on top. */
const SOCKETS_MAX = 2 * CALLS_IN_FLIGHT_MAX + 16;

type Answer =
  | { readonly kind: "answered"; readonly code: number; readonly json: string }
  | { readonly kind: "failed"; readonly code: string };

export function createRestClient(parts: {
  readonly baseUrl: string;
  readonly sdkAppId: SdkAppId;
  readonly admin: string;
  readonly userSig: UserSig;
  readonly random: () => number;
}): ImClient & AsyncDisposable {
  const { userSig } = parts;
  const agents = { keepAlive: true, maxSockets: SOCKETS_MAX };
  const httpAgent = new http.Agent(agents);
  const httpsAgent = new https.Agent(agents);
  const client = axios.create({
    baseURL: parts.baseUrl,
    method: "POST",
    httpAgent,
    httpsAgent,
    // An admin's signature must not follow a redirect or pass through a proxy that the environment names.
    maxRedirects: 0,
    proxy: false,
    timeout: TIMEOUT_MS,
    maxContentLength: ANSWER_BYTES_MAX,
    maxBodyLength: ANSWER_BYTES_MAX,
    responseType: "text",
    transformResponse: [(body: unknown) => body],
    validateStatus: () => true,
    headers: { "content-type": "application/json" },
  });

  async function call(path: string, body: string, sig: string): Promise<Answer> {
    const query = new URLSearchParams({
      sdkappid: String(parts.sdkAppId),
      identifier: parts.admin,
      usersig: sig,
      random: String(Math.floor(parts.random() * 2 ** 32)),
      contenttype: "json",
    });
    try {
      const answer = await client.request<string>({
        url: `${path}?${query.toString()}`,
        // A buffer is sent as it is; a string would be parsed and spelled anew.
        data: Buffer.from(body),
        // `timeout` starts over with each byte that arrives; this one does not.
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (answer.status !== 200) return { kind: "failed", code: `http_${answer.status}` };
      const code = errorCodeIn(answer.data);
      return code === undefined
        ? { kind: "failed", code: "unreadable_answer" }
        : { kind: "answered", code, json: answer.data };
    } catch (thrown) {
      return { kind: "failed", code: transportCode(thrown) };
    }
  }

  return {
    async modify(api, payload) {
      const sig = userSig.current();
      const answer = await call(paths[api], payload, sig);
      if (answer.kind === "failed") return { kind: "retryable", code: answer.code };
      const outcome = outcomeOf(answer.code);
      if (outcome.kind !== "unauthorised") return outcome;
      return userSig.renew(sig) ? outcome : ({ kind: "misconfigured", code: outcome.code } satisfies Outcome);
    },

    async read(ref) {
      let after: string | undefined;
      for (let page = 0; page < HISTORY_PAGES_MAX; page++) {
        const [path, request] = historyRequest(ref, after);
        const answer = await call(path, JSON.stringify(request), userSig.current());
        if (answer.kind === "failed") return { kind: "failed", code: answer.code };
        if (answer.code !== 0) return { kind: "failed", code: String(answer.code) };
        const found = findIn(answer.json, ref);
        after = found.kind === "gone" && ref.kind === "c2c" ? nextPageIn(answer.json) : undefined;
        if (after === undefined) return found;
      }
      return { kind: "failed", code: "history_too_long" };
    },

    async [Symbol.asyncDispose]() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

/** An answer that is no JSON object with an `ErrorCode` comes from something on the way, not from Tencent. */
function errorCodeIn(json: string): number | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed !== "object" || parsed === null || !("ErrorCode" in parsed)) return undefined;
    return typeof parsed.ErrorCode === "number" ? parsed.ErrorCode : undefined;
  } catch {
    return undefined;
  }
}

/** A word like ECONNRESET. Never the error's message: it may hold an address with a signature in it. */
function transportCode(thrown: unknown): string {
  if (axios.isCancel(thrown)) return "timeout";
  const code = typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" && /^[A-Z0-9_]{1,40}$/.test(code) ? code.toLowerCase() : "network";
}
