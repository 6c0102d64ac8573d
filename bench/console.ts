/**
 * The console: how soon the list answers over a million recorded messages, filter by filter and in mixes that are hard, and
 * what it costs the commits of callbacks that the console's file is filled meanwhile. The record is made by the store
 * itself; questions go through the console's thread, as those of the pages do.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RuleId } from "../src/domain/decision.ts";
import type { GroupId, Message, SdkAppId, UserId } from "../src/domain/message.ts";
import { Secret } from "../src/domain/secret.ts";
import { span } from "../src/domain/span.ts";
import { epochMs } from "../src/domain/time.ts";
import type { ConsoleThread } from "../src/flows/console-thread.ts";
import { createConsoleThread } from "../src/flows/console-thread.ts";
import { createLogger } from "../src/log.ts";
import type { MessageQuery } from "../src/ports/console.ts";
import type { IntakeEntry, Judgement } from "../src/ports/store.ts";
import { createSqliteStore } from "../src/store/sqlite-store.ts";
import { benchBeside } from "./beside.ts";
import { createCorpus } from "./corpus.ts";
import { createRandom } from "./random.ts";

const MESSAGES = Number(process.env["BENCH_CONSOLE_MESSAGES"] ?? 1_000_000);
/** Where the record stays, to be measured again without being made again; unset: it is thrown away. */
const FOLDER_KEPT = process.env["BENCH_CONSOLE_FOLDER"];
const TEXTS = 50_000;
const SENDERS = 20_000;
const GROUPS = 2_000;
const BATCH = 500;
const APP = 1_400_000_000 as SdkAppId;
const BEGIN = epochMs(1_780_000_000_000);
/** A quarter of a year. */
const SPAN_MS = 90 * 24 * 3_600_000;
const ASKED = 100;
/** A batch as a busy turn of the event loop has it. */
const TURN = 20;
const TURNS = 400;
/** Whether the file is up to the record is asked for seldom: an answer costs the thread some milliseconds. */
const LOOK_EVERY_MS = 500;

const RULES = [
  { rule: "profanity.en", every: 30 },
  { rule: "contact.mobile", every: 150 },
  { rule: "gambling.zh", every: 800 },
  { rule: "rare.rule", every: 50_000 },
] as const;

type Store = ReturnType<typeof createSqliteStore>;
type Pile = { entry(index: number): IntakeEntry };

export async function benchConsole(): Promise<void> {
  const folder = FOLDER_KEPT ?? mkdtempSync(join(tmpdir(), "emend-bench-console-"));
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "emend.db");
  try {
    console.log(`\nThe console over ${MESSAGES} messages\n`);
    await measureRecord(path);
    await benchBeside(path);
  } finally {
    if (FOLDER_KEPT === undefined) rmSync(folder, { recursive: true });
  }
}

async function measureRecord(path: string): Promise<void> {
  const isThere = existsSync(path);
  const auditKey = new Secret("a key for the chain of this measurement");
  using store = createSqliteStore({ path, sdkAppId: APP, auditKey, keepPassedBodies: true });
  const pile = createPile();
  if (!isThere) {
    const recorded = await timed(() => fill(store, pile, 0, MESSAGES));
    console.log(`recorded in ${seconds(recorded)} (${perSecond(MESSAGES, recorded)} a second), ${megabytes(path)} MB`);
  }
  const last = (): number => store.db.prepare<[], number>("SELECT max(id) FROM message").pluck().get() ?? 0;
  const alone = await commits(store, pile, last());

  const begun = performance.now();
  await using thread = createConsoleThread({
    ...{ databasePath: path, sdkAppId: APP, log: createLogger("warn") },
    onCaughtUp: () => undefined,
  });
  const caughtUp = async (): Promise<void> => {
    while ((await thread.ask("stats", { since: 0, until: BEGIN, offsetMinutes: 0 })).behind > 0) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };
  await caughtUp();
  const filled = performance.now() - begun;
  const size = megabytes(`${path}-console`);
  if (!isThere) {
    console.log(
      `the console's file filled in ${seconds(filled)} (${perSecond(MESSAGES, filled)} a second), ${size} MB`,
    );
  }
  const beside = await commits(store, pile, last());
  console.log(`\n| commits of ${TURN} messages | p50 ms | p99 ms |\n|---|--:|--:|`);
  console.log(`| nobody reads | ${figure(alone, 0.5)} | ${figure(alone, 0.99)} |`);
  console.log(`| the console's file is kept up | ${figure(beside, 0.5)} | ${figure(beside, 0.99)} |`);
  await caughtUp();
  await askAll(thread);
  await busyWith(thread);
}

async function askAll(thread: ConsoleThread): Promise<void> {
  const random = createRandom(7);
  const since = (): number => BEGIN + random.below(SPAN_MS - 7 * 24 * 3_600_000);
  const week = (): Partial<MessageQuery> => {
    const from = since();
    return { since: from, until: from + 7 * 24 * 3_600_000 };
  };
  const busy = (): string => `user${random.below(5)}`;
  const anybody = (): string => `user${random.below(SENDERS)}`;
  const english = (): string =>
    random.of(["have", "good", "time", "this", "what", "together", "umbrella", "restaurant"]);
  const chinese = (): string => random.of(["我们", "今天", "时间", "一个", "朋友", "问题", "知道", "没有"]);
  const cases: readonly (readonly [string, () => Partial<MessageQuery>])[] = [
    ["none", () => ({})],
    ["none, a page far down", () => ({ cursor: random.below(MESSAGES) })],
    ["rule, common", () => ({ rule: "profanity.en" })],
    ["rule, rare", () => ({ rule: "rare.rule" })],
    ["state applied", () => ({ state: "applied" })],
    ["state given_up (few)", () => ({ state: "given_up" })],
    ["conversation", () => ({ conversation: `group:group${random.below(GROUPS)}` })],
    ["sender, busy", () => ({ sender: busy() })],
    ["sender, any", () => ({ sender: anybody() })],
    ["a week", week],
    ["verdict false_positive", () => ({ verdict: "false_positive" })],
    ["verdict none", () => ({ verdict: "none" })],
    ["origin backfill", () => ({ origin: "backfill" })],
    ["decision review", () => ({ decision: "review" })],
    ["q, two Chinese characters", () => ({ q: chinese() })],
    ["q, an English word", () => ({ q: english() })],
    ["q, two letters", () => ({ q: random.of(["th", "qu", "ee", "zz"]) })],
    ["q, of common triples, in no message", () => ({ q: random.of(["there ing", "ingether", "meetingood"]) })],
    ["q, a masked word, as reviewer", () => ({ q: "damn", sight: "original" as const })],
    ["rare rule + busy sender", () => ({ rule: "rare.rule", sender: busy() })],
    ["common rule + busy sender + a week", () => ({ rule: "profanity.en", sender: busy(), ...week() })],
    ["q Chinese + rule common", () => ({ q: chinese(), rule: "profanity.en" })],
    ["q English + busy sender", () => ({ q: english(), sender: busy() })],
    ["q English + any sender", () => ({ q: english(), sender: anybody() })],
    ["q English + a week", () => ({ q: english(), ...week() })],
    ["decision pass + busy sender + a week", () => ({ decision: "pass", sender: busy(), ...week() })],
  ];
  console.log("\n| filter | p50 ms | p95 ms | answers a page | pages that go on unfilled |\n|---|--:|--:|--:|--:|");
  for (const [name, query] of cases) {
    const times: number[] = [];
    let rows = 0;
    let unfilled = 0;
    for (let i = 0; i < ASKED; i++) {
      const asked: MessageQuery = { limit: 50, cursor: undefined, sight: "masked", ...query() };
      const begun = performance.now();
      const page = await thread.ask("messages", asked);
      times.push(performance.now() - begun);
      rows += page.items.length;
      if (page.items.length < 50 && page.next !== null) unfilled++;
    }
    console.log(
      `| ${name} | ${figure(times, 0.5)} | ${figure(times, 0.95)} | ${(rows / ASKED).toFixed(0)} | ${unfilled} |`,
    );
  }
  const others = [
    ["one message", () => thread.ask("message", { id: 1 + random.below(MESSAGES), sight: "original" })],
    ["the overview of a week", () => thread.ask("stats", { ...ends(week()), offsetMinutes: 480 })],
    ["the overview of all", () => thread.ask("stats", { since: BEGIN, until: BEGIN + SPAN_MS, offsetMinutes: 480 })],
    ["the outbox", () => thread.ask("outbox", { now: BEGIN + SPAN_MS })],
    ["orders that were refused", () => thread.ask("modifications", { state: "refused", limit: 50, cursor: undefined })],
    ["the log, newest", () => thread.ask("audit", { limit: 50, cursor: undefined })],
    ["the log, a person's acts", () => thread.ask("audit", { actor: "rita", limit: 50, cursor: undefined })],
    ["the log, a week", () => thread.ask("audit", { ...ends(week()), limit: 50, cursor: undefined })],
  ] as const;
  console.log("\n| page | p50 ms | p95 ms |\n|---|--:|--:|");
  for (const [name, ask] of others) {
    const times: number[] = [];
    for (let i = 0; i < ASKED; i++) times.push(await timed(ask));
    console.log(`| ${name} | ${figure(times, 0.5)} | ${figure(times, 0.95)} |`);
  }
}

/** How long the thread that answers callbacks is busy with what another thread has found. */
async function busyWith(thread: ConsoleThread): Promise<void> {
  const query = { limit: 500, cursor: undefined };
  const works = [
    ["a page of the list", () => thread.ask("messages", { ...query, limit: 50, sight: "masked" as const })],
    ["500 rows of an export, as they are sent", () => thread.ask("writtenAudit", { ...query, format: "csv" as const })],
    ["the overview of all", () => thread.ask("stats", { since: BEGIN, until: BEGIN + SPAN_MS, offsetMinutes: 480 })],
  ] as const;
  console.log("\n| the callbacks' thread is busy for | ms |\n|---|--:|");
  for (const [name, work] of works) {
    const before = performance.eventLoopUtilization();
    for (let i = 0; i < ASKED; i++) await work();
    const { active } = performance.eventLoopUtilization(before);
    console.log(`| ${name} | ${(active / ASKED).toFixed(2)} |`);
  }
}

const ends = ({ since = 0, until = 0 }: Partial<MessageQuery>) => ({ since, until });

/** Messages that follow from a seed and their number. */
function createPile(): Pile {
  const corpus = createCorpus({ seed: 11, terms: 1_000, plantedOf: 1_000, messages: TEXTS, plantedEvery: TEXTS });
  const random = createRandom(5);
  const textOf = (): string => {
    const [one, other] = [random.of(corpus.clean), random.of(corpus.clean)];
    const cut = random.below(one.length);
    return random.below(2) === 0 ? one : `${one.slice(0, cut)}${other.slice(cut)}`.toWellFormed();
  };
  return {
    entry(index) {
      const at = epochMs(BEGIN + Math.floor((index / MESSAGES) * SPAN_MS));
      const hit = RULES.findLast(({ every }) => index % every === 7);
      const text = hit === undefined ? textOf() : `damn ${textOf()}`;
      // A few say much, most say little.
      const sender = `user${Math.floor(SENDERS * random.next() ** 4)}` as UserId;
      const group = `group${random.below(GROUPS)}` as GroupId;
      const body = JSON.stringify([{ MsgType: "TIMTextElem", MsgContent: { Text: text } }]);
      const callback = Buffer.from(
        `{"CallbackCommand":"Group.CallbackAfterSendMsg","GroupId":"${group}","Type":"Public","From_Account":"${sender}",` +
          `"MsgSeq":${index + 1},"MsgTime":${Math.floor(at / 1000)},"MsgBody":${body}}`,
      );
      const message: Message = {
        ...{ sdkAppId: APP, sender, body, operator: undefined, groupType: "Public", sentAt: at, eventAt: at },
        ref: { kind: "group", groupId: group, topicId: undefined, msgSeq: index + 1 },
        ...{ unmodifiable: undefined, customData: undefined, elements: [{ kind: "text", text }] },
      };
      const origin = index % 500 === 3 ? "backfill" : "after_send";
      const command = "Group.CallbackAfterSendMsg";
      return {
        message,
        command,
        callback,
        origin,
        receivedAt: at,
        judgement: judgementOf(index, hit?.rule, at, message),
      };
    },
  };
}

const passed: Judgement = {
  decision: { kind: "pass", revision: "r1", findings: [], edits: [] },
  ...{ order: undefined, audit: [] },
};

function judgementOf(
  index: number,
  rule: string | undefined,
  at: IntakeEntry["receivedAt"],
  { body }: Message,
): Judgement {
  if (rule === undefined) return passed;
  const isFlag = index % 10 === 7 && rule === "contact.mobile";
  const place = { element: 0, part: "text" } as const;
  const id = `01${index.toString(36).padStart(24, "0")}`.toUpperCase();
  const isOver = index % 3 === 0;
  return {
    decision: {
      kind: isFlag ? "review" : "rewrite",
      revision: "r1",
      findings: [
        {
          ...{ rule: rule as RuleId, category: rule.slice(0, rule.indexOf(".")), severity: "low", place },
          ...{ effect: isFlag ? "flag" : "mask", span: span(0, 4) },
        },
      ],
      edits: [],
    },
    order: {
      ...{ id, purpose: "rewrite", lane: "live", api: "group", action: isFlag ? "flag" : "mask" },
      ...(isOver ? { state: "refused", reason: "live_group" } : { state: "pending", reason: "" }),
      ...{ payload: `{"GroupId":"g","MsgSeq":1,"MsgBody":${body}}`, noteSkipped: undefined },
    },
    audit: [{ at, actor: "emend", act: "decision", modificationId: id, detail: { rules: [rule], state: "pending" } }],
  };
}

async function fill(store: Store, pile: Pile, from: number, to: number): Promise<void> {
  for (let next = from; next < to; next += BATCH) {
    const entries = Array.from({ length: Math.min(BATCH, to - next) }, (_, i) => pile.entry(next + i));
    await store.recordIntake(entries);
    const now = entries.at(-1)?.receivedAt ?? BEGIN;
    const claimed = await store.claimOrders("group", BATCH, now);
    await store.settleOrders(
      claimed.map(({ id, fence }, i) => ({
        ...{ id, fence, code: "0", counted: "applied", at: epochMs(now + 200 + i) },
        result: i % 40 === 3 ? given_up : applied,
        audit: [{ at: now, actor: "emend", act: "answer", modificationId: id, detail: { outcome: "applied" } }],
      })),
    );
    if (next % 20_000 === 0) {
      const verdict = next % 40_000 === 0 ? "confirmed" : "false_positive";
      await store.recordVerdict({ messageId: next + 8, account: "rita", verdict, note: "", at: now });
    }
  }
}
const applied = { kind: "end", state: "applied", reason: "" } as const;
const given_up = { kind: "end", state: "given_up", reason: "keeps_changing" } as const;

async function commits(store: Store, pile: Pile, from: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const entries = Array.from({ length: TURN }, (_, i) => pile.entry(from + turn * TURN + i));
    times.push(await timed(() => store.recordIntake(entries)));
    // Between two turns others get theirs.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return times;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
const figure = (times: readonly number[], share: number): string =>
  ([...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN).toFixed(1);
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const perSecond = (count: number, ms: number): number => Math.round((count * 1_000) / ms);
const megabytes = (path: string): string => (statSync(path).size / 2 ** 20).toFixed(0);
