/** What the tests of the simulator share: an administrator who calls it, and an app server that keeps what it is told. */
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { Api as UserSigApi } from "tls-sig-api-v2";
import type { RefView } from "../../src/simulator/views.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import type { Simulator, SimulatorOptions } from "../../src/simulator/server.ts";

export const SDK_APP_ID = 1400000000;
export const SECRET_KEY = "example-key-not-a-secret-0000000000000000000000000000000000000000";
export const ADMIN = "administrator";
const DAY_S = 86_400;

export const simulate = (options: Partial<SimulatorOptions> = {}): Promise<Simulator> =>
  startSimulator({ sdkAppId: SDK_APP_ID, secretKey: SECRET_KEY, admin: ADMIN, port: 0, seed: 7, ...options });

export const userSig = (identifier: string, key = SECRET_KEY, sdkAppId = SDK_APP_ID, expireSeconds = DAY_S): string =>
  new UserSigApi(sdkAppId, key).genUserSig(identifier, expireSeconds);

export const MODIFY_C2C = "v4/openim/modify_c2c_msg";
export const MODIFY_GROUP = "v4/openim/modify_group_msg";
export const C2C_HISTORY = "v4/openim/admin_getroammsg";
export const GROUP_HISTORY = "v4/group_open_http_svc/group_msg_get_simple";

export type Fields = Readonly<Record<string, unknown>>;
export type Reply = {
  readonly status: number;
  readonly code: number;
  readonly text: string;
  readonly json: Fields;
};

/** The query of a good call; a change to `undefined` takes a parameter away. */
export function queryOf(changes: Readonly<Record<string, string | undefined>> = {}): URLSearchParams {
  const good = { sdkappid: String(SDK_APP_ID), identifier: ADMIN, random: "99999999", contenttype: "json" };
  const named = Object.entries({ ...good, usersig: userSig(ADMIN), ...changes });
  return new URLSearchParams(named.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Calls as Tencent's page says. A text goes out as it is, anything else as JSON. */
export async function ask(
  { url }: Pick<Simulator, "url">,
  api: string,
  body: unknown,
  query = queryOf(),
): Promise<Reply> {
  const sent = typeof body === "string" ? body : JSON.stringify(body);
  const signal = AbortSignal.timeout(10_000);
  const response = await fetch(`${url}/${api}?${query.toString()}`, { method: "POST", body: sent, signal });
  const text = await response.text();
  const json = JSON.parse(text) as Fields;
  return { status: response.status, code: json["ErrorCode"] as number, text, json };
}

/** How `modify_c2c_msg` and `modify_group_msg` name a message. */
export function named(ref: RefView): Fields {
  if (ref.kind === "c2c") return { From_Account: ref.from, To_Account: ref.to, MsgKey: ref.msgKey };
  const topic = ref.topicId === undefined ? {} : { TopicId: ref.topicId };
  return { GroupId: ref.groupId, MsgSeq: ref.msgSeq, ...topic };
}

export const textBody = (text: string): Fields[] => [{ MsgType: "TIMTextElem", MsgContent: { Text: text } }];

export type Controlled = { readonly status: number; readonly json: Fields; readonly error: string };

export async function control({ url }: Simulator, method: string, path: string, body?: string): Promise<Controlled> {
  // Bytes carry no content type, as a program's plain sockets do not.
  const sent = body === undefined ? {} : { body: Buffer.from(body) };
  const response = await fetch(`${url}/simulator/${path}`, { method, ...sent, signal: AbortSignal.timeout(10_000) });
  const json = (await response.json()) as Fields;
  return { status: response.status, json, error: String(json["error"]) };
}

export type Told = {
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
};

export interface AppServer extends AsyncDisposable {
  readonly url: string;
  /** Callbacks in the order in which they were complete here. */
  readonly told: readonly Told[];
  readonly connections: () => number;
}

export const GOOD_ANSWER = '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}';
export type Answering = (response: http.ServerResponse, told: Told) => void;

export async function appServer(answer: Answering = (response) => response.end(GOOD_ANSWER)): Promise<AppServer> {
  const told: Told[] = [];
  let connections = 0;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const query = new URL(request.url ?? "", "http://app.invalid").searchParams;
      const callback = { query, headers: request.headers, body: Buffer.concat(chunks).toString("utf8") };
      told.push(callback);
      answer(response, callback);
    });
  });
  server.on("connection", () => connections++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    told,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

export const bodyOf = ({ body }: Told): Fields => JSON.parse(body) as Fields;
export const commandOf = ({ query }: Told): string | null => query.get("CallbackCommand");

/** Looks again until it is so; a test that waits for ever says less than one that fails. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`Not within 5 s: ${what}`);
}
