/** How a test brings the service to each crash point. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CrashPoint } from "../../src/crash-point.ts";
import type { Say } from "../../src/simulator/say.ts";
import { randomTraffic } from "../../src/simulator/traffic.ts";
import { shippedSteps } from "../../src/store/migrate.ts";
import { look, RULE, WORDS } from "../world/running.ts";
import type { KillingWorld } from "./killing-world.ts";
import { API_TOKEN } from "./killing-world.ts";

/**
 * Ends the running service at the point, and leaves it ended.
 *
 * @returns what is to be looked at once the next one runs, besides what is looked at after every kill
 */
export type Exercise = (world: KillingWorld, point: CrashPoint, seed: number) => Promise<(() => Promise<void>) | void>;

const traffic = (seed: number, count = 24): readonly Say[] => randomTraffic({ seed, count, words: WORDS });
/** Nothing that a fault could meet by chance: each of them is masked by one call. */
const offences = (count: number): readonly Say[] =>
  Array.from({ length: count }, (_, index) => ({ from: "anna", to: "ben", text: `badword ${index}` }));
/** More than is claimed at once, several times. */
const BACKLOG = 120;
/** Spaced as no serialiser would: spelled anew, it shows. */
const SPACED: Say = {
  from: "anna",
  to: "ben",
  rawBody: JSON.stringify([{ MsgType: "TIMTextElem", MsgContent: { Text: "a badword" } }], null, 2),
};
const LONG: Say = { from: "ben", to: "anna", text: `${"ok ".repeat(1_800)}badword` };

const inTraffic =
  (nth: number, more: readonly Say[] = []): Exercise =>
  async (world, point, seed) => {
    await world.arm(`${point}:${nth}`);
    await world.say([...offences(2), SPACED, ...traffic(seed), ...more]);
    await world.killed();
  };

/** Tencent gives this answer once. */
const answered =
  (code: number): Exercise =>
  async (world, point, seed) => {
    await world.arm(`${point}:1`);
    world.simulator.faults.set([{ on: "modify_c2c_msg", kind: "error", code, count: 1 }]);
    await world.say([...offences(3), ...traffic(seed)]);
    await world.killed();
    world.simulator.faults.clear();
  };

/** Tencent is away until everything waits. */
async function outage(world: KillingWorld): Promise<void> {
  world.simulator.faults.set([{ on: "modify_c2c_msg", kind: "http502" }]);
  await world.say(offences(BACKLOG));
  await until("sending has stopped", () => world.printed().includes("Sending has stopped"));
}

const outageEnds: Exercise = async (world, point) => {
  await outage(world);
  await world.arm(`${point}:1`);
  world.simulator.faults.clear();
  await world.killed();
};

/** A backlog is claimed 32 at a time and sent 5 ms apart: Tencent refuses us while most of them wait for their slots. */
const refusedInBacklog: Exercise = async (world, point) => {
  const { faults } = world.simulator;
  await outage(world);
  await world.arm(`${point}:1`);
  faults.set([{ on: "modify_c2c_msg", kind: "delay", ms: 0 }]);
  await until("it goes on", () => (faults.struck()[0] ?? 0) > 1);
  faults.set([{ on: "modify_c2c_msg", kind: "error", code: 90009 }]);
  await world.killed();
  faults.clear();
};

const atStart: Exercise = async (world, point, seed) => {
  await world.say([...offences(2), ...traffic(seed)]);
  await world.kill();
  await world.start(`${point}:1`);
};

const claimsLeftBehind: Exercise = async (world, point, seed) => {
  await inTraffic(1)(world, "dispatch.claimed", seed);
  await world.start(`${point}:1`);
};

/** The very first start, before there is anything. */
const firstStart: Exercise = (world, point) => world.start(`${point}:1`);

/** One step of the schema after the other, each of them ended behind its commit, or before that and then again. */
const everyStep =
  (alsoBeforeCommit: boolean): Exercise =>
  async (world) => {
    for (let step = 1; step <= shippedSteps().length; step++) {
      if (alsoBeforeCommit) await world.start("migrate.step_done:1");
      await world.start(`migrate.step_committed:${step}`);
    }
  };

const rulesChange: Exercise = async (world, point, seed) => {
  await world.say(traffic(seed));
  await world.arm(`${point}:1`);
  world.touchRules();
  await world.killed();
};

const garbage: Exercise = async (world, point, seed) => {
  await world.arm(`${point}:1`);
  await Promise.all([world.postGarbage(), world.say(traffic(seed))]);
  await world.killed();
};

/** Messages that the simulator tells of itself, edits and recalls with them. */
async function toldBySimulator(world: KillingWorld, act: () => void): Promise<void> {
  world.simulator.settings.change({ callbackUrl: world.callbackUrl });
  act();
  await world.simulator.world.quiet();
}

/** A mask is taken off, the service ends on the way; whoever took it off does so again where nobody heard of it. */
const maskTakenOff: Exercise = async (world, point) => {
  const { simulator, at } = world;
  let id = "";
  await toldBySimulator(
    world,
    () => void ({ id } = simulator.world.say({ from: "anna", to: "ben", text: "a badword" })),
  );
  const text = (): string | undefined => simulator.world.message(id)?.current.text;
  await until("it is masked", () => text() === "a *******");
  await until("our own change has come back", () => edits(at.database, "echo") > 0 && openOrders(at.database) === 0);
  await world.arm(`${point}:1`);
  const before = edits(at.database);
  const takeOff = (): void => void simulator.world.edit({ id, by: "ben", text: "a badword" });
  takeOff();
  await world.killed();
  return async () => {
    if (edits(at.database) === before) takeOff();
    await until("the mask is back", () => text() === "a *******");
    await until("nothing is left to judge", () => edits(at.database, "open") === 0);
    world.simulator.settings.change({ callbackUrl: undefined });
  };
};

/** A message is taken back while its order waits, and the service ends on the way. */
const takenBack: Exercise = async (world, point) => {
  const { simulator, at } = world;
  simulator.faults.set([{ on: "modify_c2c_msg", kind: "error", code: 60008 }]);
  let id = "";
  await toldBySimulator(
    world,
    () => void ({ id } = simulator.world.say({ from: "anna", to: "ben", text: "a badword" })),
  );
  await until("its order waits", () => openOrders(at.database) > 0);
  await world.arm(`${point}:1`);
  simulator.world.recall({ id });
  await world.killed();
  simulator.faults.clear();
  return async () => {
    await until("nothing is left to send", () => openOrders(at.database) === 0);
    assert.equal(simulator.world.message(id)?.current.text, "a badword", "what was taken back is not changed");
    simulator.settings.change({ callbackUrl: undefined });
  };
};

const HOLED = ["holes-1", "holes-2", "holes-3"];

/** A callback is lost, the hole is read, and the service ends on the way. Holes that an exercise before left are used up first. */
const hole: Exercise = async (world, point) => {
  const { simulator, at } = world;
  const isOpen = (): boolean =>
    look(
      at.database,
      "SELECT 1 FROM gap g JOIN conversation c ON c.id = g.conversation_id WHERE c.first LIKE 'holes-%'",
    ).length > 0;
  if (!isOpen()) {
    for (const group of HOLED) {
      await world.say([{ from: "anna", group, text: "hello" }]);
      simulator.world.say({ from: "anna", group, text: "a badword that nobody told of" });
      await world.say([{ from: "anna", group, text: "bye" }]);
    }
  }
  // In time: a hole is left alone for ten seconds.
  await world.arm(`${point}:1`);
  await world.killed();
  return async () => {
    await until("no hole is left", () => !isOpen());
    await until("nothing is left to send", () => openOrders(at.database) === 0);
    const said = HOLED.flatMap((group) => simulator.world.messages(`group:${group}`)).map(
      ({ current }) => current.text,
    );
    assert.ok(said.length >= 3 * HOLED.length);
    assert.deepEqual([...new Set(said)].sort(), ["a ******* that nobody told of", "bye", "hello"]);
  };
};

/** A rule comes too late, the record is judged again, and the command ends on the way. The service goes on beside it. */
const rescanned: Exercise = async (world, point) => {
  const { simulator, at } = world;
  const late = join(at.rules, "late.yaml");
  const [word, masked] = [`late${point.length}`, "*".repeat(`late${point.length}`.length)];
  const ids: string[] = [];
  await toldBySimulator(world, () => {
    for (const text of [`a badword, ${word}`, `${word}: badword`]) {
      ids.push(simulator.world.say({ from: "anna", to: "ben", text }).id);
    }
  });
  const texts = () => ids.map((id) => simulator.world.message(id)?.current.text);
  await until("the first mask is in", () => texts().every((text) => text?.includes("*******") === true));
  writeFileSync(late, `pack: late\nrules:\n  - id: too-late\n    match: { terms: [${word}] }\n`);
  const words = ["rescan", "--since", "1h", "--apply"];
  const { signal, printed } = await world.command(words, `${point}:1`);
  assert.equal(signal, "SIGKILL", printed);
  assert.deepEqual(await world.command(words).then(({ code }) => code), 0);
  await world.kill();
  return async () => {
    await until(
      "all are masked",
      () => openOrders(at.database) === 0 && texts().every((text) => !text?.includes(word)),
    );
    assert.deepEqual(texts(), [`a *******, ${masked}`, `${masked}: *******`]);
    const orders = look(
      at.database,
      `SELECT o.id FROM modification o JOIN message m ON m.id = o.message_id
       WHERE o.lane = 'rescan' AND CAST(m.callback AS TEXT) LIKE '%${word}%'`,
    );
    assert.equal(orders.length, ids.length, "each is ordered once, however often the command ran");
    rmSync(late);
    simulator.settings.change({ callbackUrl: undefined });
  };
};

/** Whoever asks hears nothing where the service ends on the way. */
async function askConsole(world: KillingWorld, path: string, body: object): Promise<number | undefined> {
  const [, url = ""] = /"url":"(http[^"]+)"[^\n]*The console listens/.exec(world.printed()) ?? [];
  const headers = { authorization: `Bearer ${API_TOKEN}`, "content-type": "application/json" };
  const request = { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE_MS) };
  return await fetch(`${url}/api/v1${path}`, request).then(
    ({ status }) => status,
    () => undefined,
  );
}

/** Says this, waits for its mask, and tells what the messages are called on both sides. */
async function masked(world: KillingWorld, texts: readonly string[]) {
  const { simulator, at } = world;
  const ids: string[] = [];
  await toldBySimulator(world, () => {
    for (const text of texts) ids.push(simulator.world.say({ from: "anna", to: "ben", text }).id);
  });
  const seen = () => ids.map((id) => simulator.world.message(id)?.current);
  await until("they are masked", () => seen().every((current) => current?.text?.includes("***") === true));
  await until("nothing is left to send", () => openOrders(at.database) === 0);
  const numbers = look<{ id: number }>(
    at.database,
    `SELECT id FROM message ORDER BY id DESC LIMIT ${texts.length}`,
  ).map(({ id }) => id);
  return { numbers: numbers.reverse(), seen };
}

const restoresOf = (database: string, numbers: readonly number[]): readonly number[] =>
  numbers.map(
    (id) => look(database, `SELECT id FROM modification WHERE message_id = ${id} AND lane = 'restore'`).length,
  );

/** A reviewer takes a mask off, the service ends on the way; whoever did not hear of it clicks again. */
const restored: Exercise = async (world, point) => {
  const { numbers, seen } = await masked(world, ["a badword to be restored"]);
  const click = () => askConsole(world, `/messages/${numbers[0]}/restore`, {});
  await world.arm(`${point}:1`);
  assert.equal(await click(), undefined);
  await world.killed();
  return async () => {
    // 409: it is on its way, or there already.
    const again = await click();
    assert.equal(again, point === "by_hand.recorded" ? 409 : 202);
    await until("it is restored", () => seen()[0]?.text === "a badword to be restored");
    assert.equal(seen()[0]?.customData, "{}");
    assert.deepEqual(restoresOf(world.at.database, numbers), [1], "it is ordered once");
    world.simulator.settings.change({ callbackUrl: undefined });
  };
};

/** More than one step. */
const MANY = 130;
const restoredInSteps: Exercise = async (world, point) => {
  const texts = Array.from({ length: MANY }, (_, n) => `badword ${n} of many`);
  const { numbers, seen } = await masked(world, texts);
  await world.arm(`${point}:1`);
  await askConsole(world, "/restores", { messages: numbers });
  await world.killed();
  return async () => {
    await until(
      "all are restored",
      () => openOrders(world.at.database) === 0 && seen().every((current, n) => current?.text === texts[n]),
    );
    assert.deepEqual([...new Set(restoresOf(world.at.database, numbers))], [1], "each is ordered once");
    const newest = "SELECT state, looked, ordered FROM restore_job ORDER BY id DESC LIMIT 1";
    const [job] = look<{ state: string; looked: number; ordered: number }>(world.at.database, newest);
    assert.deepEqual([job?.looked, job?.ordered], [MANY, MANY]);
    await until("it is done", () => look<{ state: string }>(world.at.database, newest)[0]?.state === "done");
    world.simulator.settings.change({ callbackUrl: undefined });
  };
};

/** A phrase goes into the file of a rule, and the service ends on the way: the file is the old one or the new one. */
const allowed: Exercise = async (world, point) => {
  const file = join(world.at.rules, "test.yaml");
  const before = readFileSync(file, "utf8");
  const { numbers } = await masked(world, ["the badword swan"]);
  const request = { rule: RULE, phrase: "badword swan" };
  await world.arm(`${point}:1`);
  assert.equal(await askConsole(world, `/messages/${numbers[0]}/allow`, request), undefined);
  await world.killed();
  const isNew = point === "rule_file.replaced";
  assert.equal(readFileSync(file, "utf8") === before, !isNew);
  return async () => {
    assert.equal(await askConsole(world, `/messages/${numbers[0]}/allow`, request), isNew ? 409 : 200);
    assert.match(readFileSync(file, "utf8"), /allow: \["badword swan"\]/);
    assert.deepEqual(
      readdirSync(world.at.rules).filter((name) => !name.startsWith(".")),
      ["test.yaml"],
    );
    writeFileSync(file, before);
    world.simulator.settings.change({ callbackUrl: undefined });
  };
};

/** Somebody's texts are erased, and the service ends on the way: the next one goes on by itself. */
const erased: Exercise = async (world, point) => {
  const { database } = world.at;
  const [user, mark] = [`leaver-${point}`, `wombat-${point}`];
  const says = (text: string): Say => ({ from: user, to: "ben", text });
  await world.say([says(`badword ${mark}`), says(`${mark} badword`)]);
  await until("nothing is left to send", () => openOrders(database) === 0);
  const files = () => readdirSync(world.at.folder).filter((name) => name.startsWith("emend.db"));
  const holds = (name: string) => readFileSync(join(world.at.folder, name)).includes(mark);
  assert.ok(files().some(holds), "it was there");
  await world.arm(`${point}:1`);
  await askConsole(world, "/erasures", { user, confirm: user });
  await world.killed();
  return async () => {
    await until("it is done", () => look(database, "SELECT 1 FROM fact WHERE name = 'erasure'").length === 0);
    assert.deepEqual(files().filter(holds), []);
    const digest = createHash("sha256").update(user).digest("hex");
    const told = look<{ detail: string }>(database, `SELECT detail FROM audit WHERE detail LIKE '%${digest}%'`);
    assert.deepEqual(
      told.map(({ detail }) => (JSON.parse(detail) as { messages: number }).messages),
      [2],
      "it is told once, and of all of it",
    );
  };
};

const edits = (database: string, outcome = "%"): number =>
  look<{ n: number }>(database, `SELECT count(*) AS n FROM edit WHERE outcome LIKE '${outcome}'`)[0]?.n ?? 0;
const openOrders = (database: string): number =>
  look<{ n: number }>(database, "SELECT count(*) AS n FROM modification WHERE state IN ('pending', 'claimed')")[0]?.n ??
  0;

const PATIENCE_MS = 30_000;
async function until(what: string, condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; !condition();) {
    assert.ok(Date.now() < deadline, `Waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const exercises: Readonly<Record<CrashPoint, Exercise>> = {
  "audit_key.written": firstStart,
  "migrate.step_done": everyStep(true),
  "migrate.step_committed": everyStep(false),
  "intake.judged": inTraffic(2),
  "intake.message_inserted": inTraffic(5),
  "intake.before_commit": inTraffic(2),
  "intake.recorded": inTraffic(2),
  "undecodable.before_commit": garbage,
  "judgement.decided": inTraffic(1, [LONG]),
  "judgement.before_commit": inTraffic(1, [LONG]),
  "judgement.recorded": inTraffic(1, [LONG]),
  "claim.before_commit": inTraffic(1),
  "dispatch.claimed": inTraffic(1),
  "slots.reserved": inTraffic(1),
  "dispatch.before_call": inTraffic(2),
  "dispatch.answered": inTraffic(2),
  "dispatch.read_back": answered(20027),
  "settle.revised": answered(80001),
  "settle.before_commit": inTraffic(1),
  "dispatch.settled": inTraffic(1),
  "dispatch.given_back": refusedInBacklog,
  "dispatch.hastened": outageEnds,
  "edit.before_commit": maskTakenOff,
  "edit.recorded": maskTakenOff,
  "edit.settle_before_commit": maskTakenOff,
  "edit.settled": maskTakenOff,
  "recall.before_commit": takenBack,
  "recall.recorded": takenBack,
  "gap.read": hole,
  "gap.before_commit": hole,
  "rescan.before_commit": rescanned,
  "rescan.recorded": rescanned,
  "by_hand.before_commit": restored,
  "by_hand.recorded": restored,
  "restores.before_commit": restoredInSteps,
  "restores.stepped": restoredInSteps,
  "rule_file.written": allowed,
  "rule_file.replaced": allowed,
  "rules.before_commit": rulesChange,
  "rules.saved": rulesChange,
  "rules.audited": atStart,
  "lock.acquired": atStart,
  "orders.taken_over": claimsLeftBehind,
  "purge.bodies_dropped": atStart,
  "purge.before_commit": atStart,
  "purge.stepped": atStart,
  "erasure.ordered": erased,
  "erasure.recorded": erased,
  "erasure.cleaned": erased,
};

/** Those that need a service that has never run. */
export const isFirstStart = (point: CrashPoint): boolean => /^(audit_key|migrate)\./.test(point);

/** Those that ordinary messages lead to, some time or other. */
export const isReachedByTraffic = (point: CrashPoint): boolean => /^(intake|claim|dispatch|slots|settle)\./.test(point);
