/** The REST side: who may ask, how often, and which API answers. Always HTTP 200, unless a mishap was ordered. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { writeAnswer } from "./answer.ts";
import type { Answer, Refusal } from "./answer.ts";
import { MESSAGE_BYTES_MAX } from "./body-format.ts";
import type { Api, Call, CallLog } from "./calls.ts";
import type { Faults, RestMishap, Trouble } from "./faults.ts";
import { c2cHistory, groupHistory } from "./history.ts";
import { decodeUtf8, readBody, sendJson } from "./http-body.ts";
import type { ReceivedBody } from "./http-body.ts";
import { modifyC2c, modifyGroup } from "./modify.ts";
import type { Request } from "./modify.ts";
import type { Fields } from "./say.ts";
import type { Settings } from "./settings.ts";
import { refuseUserSig } from "./user-sig.ts";
import type { World } from "./world.ts";

type RestParts = {
  readonly world: World;
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly settings: Settings;
  readonly sdkAppId: number;
  readonly secretKey: string;
  readonly admin: string;
  readonly now: () => number;
  /** Aborted when the simulator closes. */
  readonly signal: AbortSignal;
};

export interface Rest {
  /** Called for every request before anything else is done with it: the arrival is what the rate is counted by. */
  arrived(request: IncomingMessage): void;
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

type Endpoint = {
  readonly api: Api;
  readonly service: "openim" | "group";
  run(world: World, request: Request): Answer;
};

const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map([
  ["/v4/openim/modify_c2c_msg", { api: "modify_c2c_msg", service: "openim", run: modifyC2c }],
  ["/v4/openim/modify_group_msg", { api: "modify_group_msg", service: "openim", run: modifyGroup }],
  [
    "/v4/openim/admin_getroammsg",
    { api: "admin_getroammsg", service: "openim", run: (world, { fields }) => c2cHistory(world, fields) },
  ],
  [
    "/v4/group_open_http_svc/group_msg_get_simple",
    { api: "group_msg_get_simple", service: "group", run: (world, { fields }) => groupHistory(world, fields) },
  ],
] satisfies [string, Endpoint][]);

type Arrival = { readonly call: Call; readonly trouble: Trouble<RestMishap> };

const NOWHERE = "http://simulator.invalid";
const addressOf = (request: IncomingMessage): URL | undefined => {
  const { url = "" } = request;
  // A proxy is sent the whole URL in the first line, and some callers do it everywhere.
  const address = url.startsWith("/") ? `${NOWHERE}${url}` : url;
  return URL.canParse(address) ? new URL(address) : undefined;
};

export function createRest(parts: RestParts): Rest {
  const { world, calls, faults, settings, signal } = parts;
  const arrivals = new WeakMap<IncomingMessage, Arrival>();

  const refuse = (request: IncomingMessage, url: URL, call: Call, endpoint: Endpoint): Refusal | undefined => {
    if (request.method !== "POST") return { code: 60002, info: "HTTP request error: only POST is answered" };
    const caller = refuseCaller(url.searchParams, endpoint.service, parts);
    if (caller) return caller;
    const { callsPerSecond } = settings.read();
    if (call.withinSecond <= callsPerSecond) return undefined;
    return { code: 60007, info: `API call frequency exceeds the limit of ${callsPerSecond} calls per second` };
  };

  const judge = (request: IncomingMessage, call: Call, body: ReceivedBody): Answer => {
    const url = addressOf(request);
    const endpoint = url && ENDPOINTS.get(url.pathname);
    if (!url || !endpoint) return { code: 60002, info: "HTTP parse error: there is no API at this URL" };
    const refusal = refuse(request, url, call, endpoint);
    if (refusal) return refusal;
    if (body.kind !== "complete") {
      return { code: 80002, info: `the request is longer than ${MESSAGE_BYTES_MAX} bytes` };
    }
    const json = decodeUtf8(body.bytes);
    const fields = json === undefined ? undefined : parseObject(json);
    if (json === undefined || !fields) {
      return { code: endpoint.service === "group" ? 10011 : 90001, info: "the request is not a JSON object" };
    }
    return endpoint.run(world, { fields, json, operator: url.searchParams.get("identifier") ?? "" });
  };

  const arrive = (pathname: string): Arrival => {
    const api = ENDPOINTS.get(pathname)?.api ?? "unknown";
    return { call: calls.arrive(api), trouble: faults.forCall(api) };
  };

  return {
    arrived(request) {
      const { pathname = "" } = addressOf(request) ?? {};
      if (pathname.startsWith("/v4/")) arrivals.set(request, arrive(pathname));
    },
    async answer(request, response) {
      // Routing takes more for ours than we do, such as `/V4/`. There is no API at those, and a call it is all the same.
      const { call, trouble } = arrivals.get(request) ?? arrive("");
      const body = await readBody(request, MESSAGE_BYTES_MAX);
      if (body.kind === "cut-off") return calls.answered(call, "cut-off");
      if (trouble.delayMs > 0) await wait(trouble.delayMs, undefined, { signal });

      const { mishap } = trouble;
      if (!mishap) {
        const answer = judge(request, call, body);
        calls.answered(call, String(answer.code));
        return sendJson(response, 200, writeAnswer(answer));
      }
      switch (mishap.kind) {
        case "error": {
          const code = mishap.fault.code ?? 60008;
          calls.answered(call, String(code));
          return sendJson(response, 200, writeAnswer({ code, info: "a mishap that was ordered" }));
        }
        case "http502":
          calls.answered(call, "http502");
          response.writeHead(502, { "Content-Type": "text/html" });
          response.end("<html><body><h1>502 Bad Gateway</h1></body></html>");
          return;
        case "reset":
          calls.answered(call, "reset");
          return void request.socket.resetAndDestroy();
        case "hang":
          calls.answered(call, "hang");
          await wait(mishap.fault.ms ?? HANG_MS, undefined, { signal });
          return void request.socket.resetAndDestroy();
        case "applied-but-reset":
          judge(request, call, body);
          calls.answered(call, "applied-but-reset");
          return void request.socket.resetAndDestroy();
        default:
          return mishap.kind satisfies never;
      }
    },
  };
}

/** Longer than any client waits, and still an end. */
const HANG_MS = 600_000;

/** The five parameters that every URL carries. */
function refuseCaller(query: URLSearchParams, service: Endpoint["service"], parts: RestParts): Refusal | undefined {
  const sdkAppId = query.get("sdkappid");
  const identifier = query.get("identifier");
  const userSig = query.get("usersig");
  const random = query.get("random");
  if (sdkAppId === null || sdkAppId === "") return { code: 60012, info: "sdkappid is missing in the URL" };
  if (!/^\d+$/.test(sdkAppId)) return { code: 60006, info: "sdkappid is not a number" };
  if (Number(sdkAppId) !== parts.sdkAppId) return { code: 70020, info: "the SDKAppID does not exist" };
  if (!identifier || !userSig) return { code: 60025, info: "identifier or usersig is missing in the URL" };
  if (query.get("contenttype") !== "json") return { code: 60025, info: "contenttype in the URL is not json" };
  if (random === null || !/^\d{1,10}$/.test(random) || Number(random) > 0xffff_ffff) {
    return { code: 60025, info: "random in the URL is not an unsigned 32-bit integer" };
  }
  const { secretKey, now } = parts;
  const refusal = refuseUserSig({ userSig, identifier, sdkAppId: parts.sdkAppId, secretKey, nowMs: now() });
  if (refusal || identifier === parts.admin) return refusal;
  return { code: service === "openim" ? 90009 : 60010, info: "the request needs an app administrator" };
}

function parseObject(json: string): Fields | undefined {
  try {
    const value = JSON.parse(json) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}
