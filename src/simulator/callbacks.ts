/**
 * Delivers callbacks as Tencent does: over kept connections, with 2 s to answer, and then never again unless the console
 * says so. The answer changes nothing; it is only counted.
 */
import { createHash } from "node:crypto";
import { setMaxListeners } from "node:events";
import http from "node:http";
import https from "node:https";
import type { Callback } from "./callback-bodies.ts";
import type { Faults } from "./faults.ts";
import type { Settings, SettingValues } from "./settings.ts";

/** From Tencent's callback overview. */
const ANSWER_MS_MAX = 2_000;
const SOCKETS_MAX = 64;
/** A dead receiver must not fill our memory. */
const WAITING_MAX = 100_000;
/** How long a callback that is to be overtaken waits for another one. */
const REORDER_MS = 200;
/** An answer is three short fields. */
const ANSWER_BYTES_MAX = 64 * 1024;

export type Ending = "answered" | "bad-answer" | "timed-out" | "failed" | "dropped" | "overflowed" | "not-configured";

export interface Callbacks {
  send(callback: Callback): void;
  /** How deliveries ended so far. An attempt that was repeated counts twice. */
  counts(): Readonly<Partial<Record<Ending, number>>>;
  inFlight(): number;
  /** Resolves when nothing is in flight or held back. */
  quiet(): Promise<void>;
  /** Drops what is held back and counts anew: those messages are gone. What is on its way arrives, uncounted. */
  forget(): void;
  close(): void;
}

type CallbackParts = {
  readonly settings: Settings;
  readonly faults: Faults;
  readonly sdkAppId: number;
  readonly now: () => number;
};

type Tally = Map<Ending, number>;
type Delivery = { readonly times: number; readonly overtakable: boolean; readonly start: () => void };
/** Either of the two ends it; whatever comes after that does nothing. */
type HeldBack = { readonly overtakable: boolean; readonly release: () => void; readonly drop: () => void };

export const callbackSign = (token: string, requestTime: string): string =>
  createHash("sha256").update(`${token}${requestTime}`).digest("hex");

export function createCallbacks({ settings, faults, sdkAppId, now }: CallbackParts): Callbacks {
  const agents = {
    "http:": new http.Agent({ keepAlive: true, maxSockets: SOCKETS_MAX }),
    "https:": new https.Agent({ keepAlive: true, maxSockets: SOCKETS_MAX }),
  };
  const closing = new AbortController();
  // Everything under way listens to it, and nothing of that is a leak.
  setMaxListeners(0, closing.signal);
  let counts: Tally = new Map();
  /** Deliveries that a mishap holds back. */
  const heldBack = new Set<HeldBack>();
  let inFlight = 0;
  const waiters: (() => void)[] = [];

  const count = (ending: Ending, tally = counts): void => void tally.set(ending, (tally.get(ending) ?? 0) + 1);
  const land = (times = 1): void => {
    inFlight -= times;
    if (inFlight > 0) return;
    for (const waiter of waiters.splice(0)) waiter();
  };
  const holdBack = (ms: number, { times, overtakable, start }: Delivery): void => {
    const leave = (next: () => void) => (): void => {
      clearTimeout(timer);
      if (heldBack.delete(held)) next();
    };
    const held: HeldBack = { overtakable, release: leave(start), drop: leave(() => land(times)) };
    const timer = setTimeout(held.release, ms);
    heldBack.add(held);
  };
  const releaseOvertaken = (): void => {
    for (const held of heldBack) if (held.overtakable) held.release();
  };
  const dropHeldBack = (): void => {
    for (const held of heldBack) held.drop();
  };

  const attempt = (callback: Callback): Promise<Ending> => {
    const values = settings.read();
    if (values.callbackUrl === undefined) return Promise.resolve("not-configured");
    const url = callbackUrl(values, values.callbackUrl, sdkAppId, callback, now());
    return post(url, callback.body, agents, closing.signal);
  };

  const deliver = async (callback: Callback, tally: Tally): Promise<void> => {
    let ending = await attempt(callback);
    count(ending, tally);
    if (ending === "timed-out" && settings.read().retryOnTimeout) {
      ending = await attempt(callback);
      count(ending, tally);
    }
    land();
  };

  return {
    send(callback) {
      if (closing.signal.aborted) return;
      if (settings.read().callbackUrl === undefined) return count("not-configured");
      if (inFlight >= WAITING_MAX) return count("overflowed");
      const { delayMs, mishap } = faults.forCallback();
      if (mishap?.kind === "drop") return count("dropped");
      const times = mishap?.kind === "duplicate" ? 2 : 1;
      const overtakable = mishap?.kind === "reorder";
      const tally = counts;
      inFlight += times;
      const start = (): void => {
        for (let time = 0; time < times; time++) void deliver(callback, tally);
      };
      // Freed by whatever is sent next, or by the clock when nothing is.
      const heldMs = overtakable ? delayMs + (mishap.fault.ms ?? REORDER_MS) : delayMs;
      if (overtakable || delayMs > 0) return holdBack(heldMs, { times, overtakable, start });
      start();
      // The one that overtakes gets a head start, or both would race on two connections.
      if (heldBack.size > 0) setTimeout(releaseOvertaken, HEAD_START_MS).unref();
    },
    counts: () => Object.fromEntries(counts),
    inFlight: () => inFlight,
    quiet: () => (inFlight === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
    forget() {
      dropHeldBack();
      counts = new Map();
    },
    close() {
      closing.abort();
      dropHeldBack();
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

const HEAD_START_MS = 20;

function callbackUrl(values: SettingValues, base: string, sdkAppId: number, callback: Callback, nowMs: number): URL {
  const url = new URL(base);
  const query = url.searchParams;
  query.set("SdkAppid", String(sdkAppId));
  query.set("CallbackCommand", callback.command);
  query.set("contenttype", "json");
  query.set("ClientIP", callback.clientIp);
  query.set("OptPlatform", callback.platform);
  if (values.callbackToken !== undefined) {
    const requestTime = String(Math.floor(nowMs / 1000));
    query.set("RequestTime", requestTime);
    query.set("Sign", callbackSign(values.callbackToken, requestTime));
  }
  return url;
}

type Agents = { readonly "http:": http.Agent; readonly "https:": https.Agent };

/** Never rejects. Sends no content type, as the documented sample has none. */
function post(url: URL, body: string, agents: Agents, signal: AbortSignal): Promise<Ending> {
  const secure = url.protocol === "https:";
  const bytes = Buffer.from(body);
  const headers = { "Content-Length": bytes.length };
  const agent = secure ? agents["https:"] : agents["http:"];
  return new Promise((resolve) => {
    const request = (secure ? https : http).request(url, { method: "POST", agent, headers, signal });
    let timer: NodeJS.Timeout | undefined;
    const end = (ending: Ending): void => {
      clearTimeout(timer);
      resolve(ending);
    };
    // Waiting for a free connection is our own doing, so the receiver's time begins after it.
    request.on("socket", () => {
      if (request.destroyed) return;
      timer = setTimeout(() => {
        end("timed-out");
        request.destroy();
      }, ANSWER_MS_MAX);
    });
    request.on("error", () => end("failed"));
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= ANSWER_BYTES_MAX) chunks.push(chunk);
      });
      response.on("error", () => end("failed"));
      response.on("end", () => {
        const understood = response.statusCode === 200 && isJson(Buffer.concat(chunks).toString("utf8"));
        end(understood ? "answered" : "bad-answer");
      });
    });
    request.end(bytes);
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
