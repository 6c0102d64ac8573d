/**
 * One call of Tencent's REST API (https://cloud.tencent.com/document/product/269/1519) through axios. Everything that axios
 * throws carries the URL, and with it the signature, and the body, and with it people's words: it is turned into a code
 * here, and goes no further.
 */
import http from "node:http";
import https from "node:https";
import axios from "axios";
import type { SdkAppId } from "../domain/message.ts";
import type { UserSig } from "./user-sig.ts";

/** Tencent's own time-out is 3 s; ours is longer, so that we hear its verdict rather than guess. */
const TIMEOUT_MS = 5_000;
/** Answers are three fields, history pages 13 KB. */
const ANSWER_BYTES_MAX = 1024 * 1024;

export type Answer =
  | { readonly kind: "answered"; readonly code: number; readonly json: string }
  | { readonly kind: "failed"; readonly code: string };

export type RestParts = {
  readonly baseUrl: string;
  readonly sdkAppId: SdkAppId;
  readonly admin: string;
  readonly userSig: UserSig;
  readonly random: () => number;
};

export interface RestCaller extends AsyncDisposable {
  /** Never throws. */
  call(path: string, body: string, sig: string): Promise<Answer>;
}

export function createRestCaller(parts: RestParts, socketsMax: number): RestCaller {
  const agents = { keepAlive: true, maxSockets: socketsMax };
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

  return {
    async call(path, body, sig) {
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
