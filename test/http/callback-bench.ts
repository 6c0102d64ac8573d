/** What the tests of the callback listener share: a fresh service and one connection to it for each test. */
import assert from "node:assert/strict";
import type { CallbackService, CallbackServiceSettings } from "../support/callback-service.ts";
import { callbackService } from "../support/callback-service.ts";
import { sampleNamed } from "../support/tencent-samples.ts";
import type { Wire, WireAnswer } from "../support/wire.ts";
import { openWire, post } from "../support/wire.ts";

const ACCEPTED = `{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}`;
export const C2C = "SdkAppid=1400000000&CallbackCommand=C2C.CallbackAfterSendMsg";
export const GROUP = "SdkAppid=1400000000&CallbackCommand=Group.CallbackAfterSendMsg";
export const NOTHING = { messages: 0, orders: 0, undecodable: 0 };

export let service: CallbackService;
export let wire: Wire;

/** Starts a service, in the place of the one that ran. */
export async function serve(settings: CallbackServiceSettings = {}): Promise<void> {
  if (service !== undefined) await stop();
  service = await callbackService(settings);
  await reconnect();
}

export async function stop(): Promise<void> {
  wire[Symbol.dispose]();
  await service[Symbol.asyncDispose]();
}

export async function reconnect(): Promise<void> {
  wire = await openWire(service.port);
}

export const callback = (query: string, body: string | Buffer): Promise<WireAnswer> =>
  wire.send(post(`/callback?${query}`, body));

export const sampled = (name: string): Promise<WireAnswer> => callback(sampleNamed(name).query, sampleNamed(name).body);

export function assertAccepted(answer: WireAnswer): void {
  assert.deepEqual([answer.status, answer.body], [200, ACCEPTED]);
  assert.equal(answer.headers["content-type"], "application/json");
}

/** Tencent's three fields, with a sentence for the console's error detail. */
export function assertRejected(answer: WireAnswer, status: number): void {
  assert.equal(answer.status, status, answer.body);
  const fields = JSON.parse(answer.body) as Record<string, unknown>;
  assert.deepEqual(Object.keys(fields), ["ActionStatus", "ErrorInfo", "ErrorCode"]);
  assert.deepEqual([fields["ActionStatus"], fields["ErrorCode"]], ["FAIL", 1]);
  assert.match(String(fields["ErrorInfo"]), /^[A-Z].*\.$/);
}

export const rows = (table: string): number =>
  (service.db.prepare(`SELECT count(*) AS count FROM ${table}`).get() as { count: number }).count;

export const recorded = () => ({
  ...{ messages: rows("message"), orders: rows("modification"), undecodable: rows("undecodable") },
});
