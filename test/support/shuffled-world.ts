/**
 * A world in which everything has already happened when its callbacks begin to come, in any order and several times each.
 * However they come, clients see the same in the end, and the record says the same about it.
 */
import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "../../src/clock.ts";
import { startService } from "../../src/compose.ts";
import { readConfig } from "../../src/config.ts";
import { createLogger } from "../../src/log.ts";
import { createRandom, pick, seedFor } from "../../src/simulator/random.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import { randomTraffic } from "../../src/simulator/traffic.ts";
import type { MessageView } from "../../src/simulator/views.ts";
import { expectedFor, faultIn } from "../world/oracle.ts";
import { environmentOf, look, RULE, scene, SDK_APP_ID, simulate, TOKEN, WORDS } from "../world/running.ts";
import { postBody } from "./callback-sender.ts";
import { shuffled } from "./false-senders.ts";

const SAID = 140;
const EDITED = 30;
/** Some of them a second time. */
const EDITED_AGAIN = 10;
const RECALLED = 20;
export const CALLBACKS = SAID + EDITED + EDITED_AGAIN + RECALLED;
const COPIES_MAX = 5;
const CONNECTIONS = 8;
/** Two edits of one message in one millisecond have no order that anybody could know. */
const BETWEEN_ACTS_MS = 3;
const PATIENCE_MS = 30_000;

type Heard = { readonly command: string; readonly body: string };
type Acted = {
  readonly callbacks: readonly Heard[];
  /** In the order in which they were said. */
  readonly ids: readonly string[];
  /** What people made of the edited ones. */
  readonly written: ReadonlyMap<string, MessageView["current"]>;
};
/** `undefined`: each once, in the order in which it happened. */
export type Shuffle = { readonly seed: number } | undefined;
export type Outcome = {
  /** One line a message, free of times and ids. */
  readonly picture: readonly string[];
  /** What clients see and should not. */
  readonly faults: readonly string[];
  /** Callbacks that were posted, copies included. */
  readonly posted: number;
};

export async function afterShuffle(worldSeed: number, shuffle: Shuffle): Promise<Outcome> {
  using at = scene();
  const { simulator: started, acted } = await inTurn(async () => {
    const simulator = await simulate({ seed: worldSeed });
    return { simulator, acted: await act(simulator, worldSeed) };
  });
  await using simulator = started;
  const environment = { ...environmentOf(at, 0, simulator.url), EMEND_BACKFILL_CALLS_PER_SECOND: "0" };
  const reading = readConfig(environment);
  assert.ok(reading.ok && reading.config.tencent !== undefined);
  const { tencent, service: settings } = reading.config;
  const ending = new AbortController();
  const random = createRandom(seedFor(shuffle?.seed ?? worldSeed, "service"));
  const service = await startService(
    { tencent, service: settings, clock: systemClock, random, log: createLogger("silent") },
    ending.signal,
  );
  // What our own calls do is told as well, in time.
  simulator.settings.change({ callbackUrl: service.callbackUrl, callbackToken: TOKEN });
  try {
    const posted = await deliver(Number(new URL(service.callbackUrl).port), inOrder(acted.callbacks, shuffle));
    await quiet(at.database);
    await simulator.world.quiet();
    await quiet(at.database);
    const seen = acted.ids.map((id) => {
      const message = simulator.world.message(id);
      assert.ok(message);
      return message;
    });
    return {
      posted,
      picture: [...seen.map((message, index) => `${index} ${pictureOf(message, acted)}`), ...recorded(at.database)],
      faults: seen.flatMap((message) => faultsOf(message, acted)),
    };
  } finally {
    ending.abort();
    await service.stopped;
  }
}

/**
 * Many worlds side by side would keep each other's callbacks waiting until the simulator gives them up: in each of them
 * everything happens before the first callback comes to any.
 */
let lastTurn: Promise<unknown> = Promise.resolve();
async function inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
  const turn = lastTurn.then(act);
  lastTurn = turn.catch(() => undefined);
  const result = await turn;
  for (let last; last !== lastTurn;) await (last = lastTurn);
  return result;
}

/** People talk, edit and recall; nobody listens but us. */
async function act(simulator: Simulator, seed: number): Promise<Acted> {
  const callbacks: Heard[] = [];
  const listener = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const command = new URL(request.url ?? "", "http://listener").searchParams.get("CallbackCommand") ?? "";
      callbacks.push({ command, body: Buffer.concat(parts).toString() });
      response.end("{}");
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { world, settings } = simulator;
  settings.change({ callbackUrl: `http://127.0.0.1:${(listener.address() as AddressInfo).port}` });

  const random = createRandom(seedFor(seed, "acts"));
  const ids = randomTraffic({ seed, count: SAID, words: WORDS }).map((said) => world.say(said).id);
  const stored = shuffled(
    ids.filter((id) => world.message(id)?.modifiable === true),
    (limit) => Math.floor(random() * limit),
  );
  const edited = stored.slice(0, EDITED);
  const written = new Map<string, MessageView["current"]>();
  for (const turn of [edited, edited.slice(0, EDITED_AGAIN)]) {
    await pause();
    for (const id of turn) {
      const text = pick(random, ["all well", `now ${WORDS[0]}`, `${WORDS[1]} again`, "another text"]);
      written.set(id, world.edit({ id, text: `${text} ${written.has(id) ? 2 : 1}` }).current);
    }
  }
  await pause();
  for (const id of stored.slice(-RECALLED)) world.recall({ id });

  await world.quiet();
  settings.change({ callbackUrl: undefined });
  listener.closeAllConnections();
  await new Promise((resolve) => listener.close(resolve));
  assert.equal(callbacks.length, CALLBACKS);
  return { callbacks, ids, written };
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, BETWEEN_ACTS_MS));

function inOrder(callbacks: readonly Heard[], shuffle: Shuffle): readonly Heard[] {
  const happenedAt = ({ body }: Heard): number => (JSON.parse(body) as { EventTime: number }).EventTime;
  if (shuffle === undefined) return [...callbacks].sort((a, b) => happenedAt(a) - happenedAt(b));
  const random = createRandom(seedFor(shuffle.seed, "order"));
  const below = (limit: number): number => Math.floor(random() * limit);
  // They were heard over many connections: first an order that the seed knows.
  const known = [...callbacks].sort((a, b) => happenedAt(a) - happenedAt(b) || (a.body < b.body ? -1 : 1));
  return shuffled(
    known.flatMap((each) => Array<Heard>(1 + below(COPIES_MAX)).fill(each)),
    below,
  );
}

async function deliver(port: number, callbacks: readonly Heard[]): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let next = 0;
  const sender = async (): Promise<void> => {
    for (let each = callbacks[next++]; each !== undefined; each = callbacks[next++]) {
      const status = await postBody({ agent, port, sdkAppId: SDK_APP_ID, token: TOKEN }, each.command, each.body);
      assert.equal(status, 200);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  agent.destroy();
  return callbacks.length;
}

/** @returns what is otherwise than it should be; empty when the order of callbacks made no difference */
export function differences(outcome: Outcome, once: Outcome): readonly string[] {
  const expected = new Set(once.picture);
  const odd = outcome.picture.filter((line) => !expected.has(line));
  assert.equal(outcome.picture.length, once.picture.length);
  return [...outcome.faults, ...odd];
}

async function quiet(database: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  const open = (): number =>
    look<{ n: number }>(
      database,
      `SELECT (SELECT count(*) FROM modification WHERE state IN ('pending', 'claimed'))
            + (SELECT count(*) FROM message WHERE decision = 'undecided')
            + (SELECT count(*) FROM edit WHERE outcome = 'open') AS n`,
    )[0]?.n ?? 0;
  while (open() > 0) {
    if (Date.now() > deadline) throw new Error(`${open()} are still open after ${PATIENCE_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const NOTES = /,?"moderation":\[(?:\{"v":1,[^}]*\},?)*\]/;

/** Our notes aside: how many there are of a message that was masked and edited depends on which came first. */
function pictureOf({ id, current, recalled }: MessageView, { written }: Acted): string {
  const data = (current.customData ?? "").replace(NOTES, "");
  const noted = written.has(id) ? "edited" : NOTES.test(current.customData ?? "") ? "noted" : "";
  return [current.rawBody, data === "{}" ? "" : data, noted, recalled ? "recalled" : ""].join(" | ");
}

/** How a message was decided is left out: an edit that comes long before its message stands for it. */
const recorded = (database: string): readonly string[] =>
  look<{ line: string }>(
    database,
    `SELECT 'messages ' || count(*) AS line FROM message
     UNION ALL SELECT 'edits ' || count(*) FROM edit WHERE operator <> 'administrator'
     UNION ALL SELECT 'recalls ' || count(*) FROM recall ORDER BY 1`,
  ).map(({ line }) => line);

function faultsOf(message: MessageView, { written }: Acted): readonly string[] {
  const { id, original, current, modifiable, recalled } = message;
  const says = (fault: string): readonly string[] => [`message ${id}: ${fault}`];
  const byPerson = written.get(id);
  if (recalled) return message.current.how === "modified" ? says("it was changed after it was recalled") : [];
  if (byPerson === undefined) {
    const fault = faultIn(original, current, expectedFor(original, modifiable, WORDS), RULE);
    return fault === undefined ? [] : says(fault);
  }
  const expected = expectedFor(byPerson, modifiable, WORDS);
  const body = expected.kind === "changed" ? expected.rawBody : byPerson.rawBody;
  return current.rawBody === body ? [] : says(`the body is ${current.rawBody}, expected ${body}`);
}
