/** A simulator to talk to over HTTP, and someone who receives its callbacks. */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { Api } from "tls-sig-api-v2";
import { startSimulator } from "../../src/simulator/server.ts";
import type { Simulator, SimulatorOptions } from "../../src/simulator/server.ts";

export const SDK_APP_ID = 1400000000;
export const SECRET_KEY = "example-key-not-a-secret-0000000000000000000000000000000000000000";
export const ADMIN = "administrator";

export const start = (options: Partial<SimulatorOptions> = {}): Promise<Simulator> =>
  startSimulator({ sdkAppId: SDK_APP_ID, secretKey: SECRET_KEY, admin: ADMIN, port: 0, seed: 7, ...options });

export const userSig = (identifier = ADMIN, expireSeconds = 86_400, key = SECRET_KEY, appId = SDK_APP_ID): string =>
  new Api(appId, key).genUserSig(identifier, expireSeconds);

export type RestAnswer = { ActionStatus: string; ErrorCode: number; ErrorInfo: string };

export const MODIFY_C2C = "openim/modify_c2c_msg";
export const MODIFY_GROUP = "openim/modify_group_msg";
export const C2C_HISTORY = "openim/admin_getroammsg";
export const GROUP_HISTORY = "group_open_http_svc/group_msg_get_simple";

export function restUrl(simulator: Simulator, api: string, query: Readonly<Record<string, string>> = {}): string {
  const usual = {
    sdkappid: String(SDK_APP_ID),
    identifier: ADMIN,
    usersig: userSig(),
    random: "42",
    contenttype: "json",
  };
  return `${simulator.url}/v4/${api}?${new URLSearchParams({ ...usual, ...query }).toString()}`;
}

/** Calls the REST API; a text goes out as it is. */
export async function callText(
  simulator: Simulator,
  api: string,
  body: unknown,
  query: Readonly<Record<string, string>> = {},
): Promise<string> {
  const sent = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(restUrl(simulator, api, query), { method: "POST", body: sent });
  if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
  return response.text();
}

export const call = async (...args: Parameters<typeof callText>): Promise<RestAnswer & Record<string, unknown>> =>
  JSON.parse(await callText(...args)) as RestAnswer & Record<string, unknown>;

export type ControlAnswer = { readonly status: number; readonly value: Readonly<Record<string, unknown>> };

export async function control(
  simulator: Simulator,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<ControlAnswer> {
  const sent = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`${simulator.url}/simulator/${path}`, {
    method,
    headers,
    ...(sent === undefined ? {} : { body: sent }),
  });
  return { status: response.status, value: (await response.json()) as Record<string, unknown> };
}

export type Received = {
  readonly query: URLSearchParams;
  readonly text: string;
  readonly body: Record<string, unknown>;
};

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** Connections that were opened so far. */
  connections(): number;
}

/** Answers every callback as an app should, unless told to stay silent. */
export async function receive(answer: "ok" | "silent" = "ok"): Promise<Receiver> {
  const received: Received[] = [];
  let connections = 0;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const query = new URL(request.url ?? "", "http://receiver.invalid").searchParams;
      received.push({ query, text, body: JSON.parse(text) as Record<string, unknown> });
      if (answer === "ok") response.end('{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}');
    });
  });
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/callback`,
    received,
    connections: () => connections,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
