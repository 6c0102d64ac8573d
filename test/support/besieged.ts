/** The real program in a process of its own, under siege. */
import assert from "node:assert/strict";
import {
  answering,
  environmentOf,
  freePort,
  look,
  scene,
  SDK_APP_ID,
  simulate,
  start,
  TOKEN,
} from "../world/running.ts";
import { drip, percentile, sendGood, sendHuge } from "./siege.ts";

export type SiegeSettings = {
  readonly drippingSockets: number;
  readonly hugeBodies: number;
  readonly seconds: number;
  readonly perSecond: number;
};
export type SiegeReport = {
  readonly acknowledged: number;
  readonly p99Ms: number;
  readonly p99BeforeMs: number;
  readonly drippingEnded: number;
  readonly refusedAsTooLong: number;
};

const CONNECTIONS = 16;
const HUGE_SIDE_BY_SIDE = 5;
const BEFORE_MS = 1_000;

/** Good callbacks are sent before and during the siege: all are acknowledged and recorded, or this throws. */
export async function besiege({
  drippingSockets,
  hugeBodies,
  seconds,
  perSecond,
}: SiegeSettings): Promise<SiegeReport> {
  using at = scene();
  await using simulator = await simulate({});
  const port = await freePort();
  const child = start(["serve"], environmentOf(at, port, simulator.url), at.folder);
  try {
    await answering(`http://127.0.0.1:${port}/readyz`, child);
    const siege = { port, token: TOKEN, sdkAppId: SDK_APP_ID };
    const calm = sendGood(siege, perSecond, CONNECTIONS);
    await after(BEFORE_MS);
    const before = await calm.stop();
    const statuses: number[] = [];
    using dripping = drip(siege, drippingSockets);
    const good = sendGood({ ...siege, round: 1 }, perSecond, CONNECTIONS);
    const [huge] = await Promise.all([sendHuge(siege, hugeBodies, HUGE_SIDE_BY_SIDE), after(seconds * 1_000)]);
    statuses.push(...huge);
    const during = await good.stop();
    assert.deepEqual([...before.refused, ...during.refused], [], "a good callback was refused");
    assert.deepEqual(new Set(statuses), new Set([413]));
    assert.equal(child.process.exitCode, null, child.printed());
    const rows = look<{ msg_key: string }>(at.database, "SELECT msg_key FROM message");
    const recorded = new Set(rows.map((row) => row.msg_key));
    const acknowledged = [...before.keys, ...during.keys];
    assert.deepEqual(
      acknowledged.filter((key) => !recorded.has(key)),
      [],
      "acknowledged, not recorded",
    );
    assert.equal(recorded.size, acknowledged.length, "recorded, and never sent");
    assertLogIsWhole(child.printed());
    return {
      acknowledged: during.keys.length,
      p99Ms: percentile(during.ms, 0.99),
      p99BeforeMs: percentile(before.ms, 0.99),
      drippingEnded: dripping.ended(),
      refusedAsTooLong: statuses.length,
    };
  } finally {
    child.process.kill("SIGKILL");
    await child.ended;
  }
}

/** One JSON object a line, whatever was sent. @returns the number of lines */
export function assertLogIsWhole(printed: string): number {
  const lines = printed.split("\n").filter((line) => line !== "");
  for (const line of lines) {
    const parsed: unknown = JSON.parse(line);
    assert.ok(typeof parsed === "object" && parsed !== null && "message" in parsed, line);
  }
  return lines.length;
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
