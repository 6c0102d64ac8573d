import assert from "node:assert/strict";
import fc from "fast-check";
import type { Stats } from "../../../src/ports/console-figures.ts";
import type { Judgement } from "../../../src/ports/store.ts";
import { epochMs } from "../../../src/domain/time.ts";
import type { RuleId } from "../../../src/domain/decision.ts";
import { createConsoleRecord } from "../../support/console-record.ts";
import { entryOf, NOW, objected, passed, saidInGroup } from "../../support/store-fixtures.ts";

const HOUR_MS = 3_600_000;
const QUARTER_MS = HOUR_MS / 4;
/** Days before and after this hour: messages are of two days. */
const DAYS_MS = 48 * HOUR_MS;
const BEGIN = Math.floor(NOW / HOUR_MS) * HOUR_MS;

/** What may happen, in any order; numbers are taken by the number of what there is. */
const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("said" as const),
      at: fc.integer({ min: 0, max: DAYS_MS - 1 }),
      verdict: fc.constantFrom("pass", "review", "rewrite", "undecided", "shadow"),
      rule: fc.constantFrom("mild", "strong"),
      group: fc.integer({ min: 0, max: 3 }),
      backfill: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant("judged" as const), fails: fc.boolean() }),
  fc.record({
    kind: fc.constant("applied" as const),
    afterMs: fc.integer({ min: 1, max: 90_000_000 }),
    ends: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("edited" as const), of: fc.nat(), hit: fc.boolean() }),
  fc.record({ kind: fc.constant("answered" as const), of: fc.nat(), wrong: fc.boolean() }),
  fc.record({ kind: fc.constant("ordered" as const), of: fc.nat(), purpose: fc.constantFrom("restore", "rewrite") }),
  fc.record({ kind: fc.constant("caught up" as const) }),
  fc.record({ kind: fc.constant("restarted" as const) }),
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

function judgementOf(verdict: string, rule: string, id: string): Judgement | undefined {
  if (verdict === "undecided") return undefined;
  if (verdict === "pass") return passed;
  const judged = objected(id);
  const effect = verdict === "review" ? "flag" : verdict === "shadow" ? "shadow" : "mask";
  const findings = judged.decision.findings.map((each) => ({ ...each, effect, rule: rule as RuleId, category: rule }));
  const kind = verdict === "shadow" ? "pass" : verdict === "review" ? "review" : "rewrite";
  return {
    ...judged,
    decision: { ...judged.decision, kind, findings },
    order: kind === "rewrite" ? judged.order : undefined,
  } as Judgement;
}

async function happen(bench: ReturnType<typeof createConsoleRecord>, events: readonly Event[]): Promise<void> {
  const { store } = bench;
  const count = (): number => store.db.prepare("SELECT count(*) FROM message").pluck().get() as number;
  let n = 0;
  for (const each of events) {
    const id = `o${String(++n).padStart(4, "0")}`;
    switch (each.kind) {
      case "said": {
        const arrival = saidInGroup(n, { group: `g${each.group}`, text: "damn it" });
        const origin = each.backfill ? ("backfill" as const) : ("after_send" as const);
        const judgement = judgementOf(each.verdict, each.rule, id);
        const order = judgement?.order && { ...judgement.order, api: "group" as const };
        await store.recordIntake([
          entryOf({ ...arrival, origin }, judgement && { ...judgement, order }, BEGIN + each.at),
        ]);
        break;
      }
      case "judged": {
        const [open] = await store.undecided(1);
        if (open === undefined) break;
        const at = epochMs(NOW + n);
        if (each.fails) await store.recordJudgingFailed(open.id, [], at);
        else {
          const judged = objected(id);
          await store.recordJudgement(
            open.id,
            { ...judged, order: judged.order && { ...judged.order, api: "group" } },
            at,
          );
        }
        break;
      }
      case "applied": {
        const [claimed] = await store.claimOrders("group", 1, epochMs(BEGIN + DAYS_MS));
        if (claimed === undefined) break;
        const { receivedAt } = store.db
          .prepare(
            "SELECT received_at AS receivedAt FROM message WHERE id = (SELECT message_id FROM modification WHERE id = ?)",
          )
          .get(claimed.id) as { receivedAt: number };
        const at = epochMs(receivedAt + each.afterMs);
        const result = each.ends
          ? ({ kind: "end", state: "applied", reason: "" } as const)
          : ({ kind: "end", state: "given_up", reason: "keeps_changing" } as const);
        await store.settleOrders([
          { id: claimed.id, fence: claimed.fence, code: "0", counted: "applied", at, result, audit: [] },
        ]);
        break;
      }
      case "edited": {
        const ofMessage = 1 + (each.of % Math.max(1, count()));
        const row = store.db
          .prepare("SELECT conversation_id AS c, msg_seq AS seq FROM message WHERE id = ?")
          .get(ofMessage);
        if (row === undefined) break;
        const { c, seq } = row as { c: number; seq: number };
        store.db
          .prepare(
            `INSERT INTO edit (sdk_app_id, conversation_id, msg_seq, message_id, operator, event_at, received_at, print, command,
               outcome, due_at) VALUES ((SELECT sdk_app_id FROM message WHERE id = ?), ?, ?, ?, 'ben', ?, ?, 'p', 'C', 'open', 0)`,
          )
          .run(ofMessage, c, seq, ofMessage, NOW + n, NOW + n);
        const [edit] = await store.openEdits(1, epochMs(NOW + 1_000_000));
        // Those of a message that is not judged yet wait.
        if (edit === undefined) break;
        const judgement = each.hit ? { ...objected(id), order: undefined } : passed;
        await store.settleEdit({
          kind: "judged",
          id: edit.id,
          at: epochMs(NOW + n),
          audit: [],
          verdict: each.hit ? "rewrite" : "pass",
          judgement,
        });
        break;
      }
      case "answered": {
        const verdict = each.wrong ? ("false_positive" as const) : ("confirmed" as const);
        await store.recordVerdict({
          messageId: 1 + (each.of % Math.max(1, count())),
          account: "rita",
          verdict,
          note: "",
          at: NOW + n,
        });
        break;
      }
      case "ordered": {
        const message = 1 + (each.of % Math.max(1, count()));
        const lane = each.purpose === "restore" ? "restore" : "rescan";
        store.db
          .prepare(
            `INSERT INTO modification (id, sdk_app_id, message_id, ordinal, api, purpose, lane, action, state, reason, payload_revision,
               due_at, created_at) SELECT ?, sdk_app_id, id, (SELECT count(*) FROM modification WHERE message_id = message.id),
               'group', ?, ?, 'mask', 'pending', '', 0, 0, ? FROM message WHERE id = ? AND decision <> 'undecided'`,
          )
          .run(id, each.purpose, lane, NOW + n, message);
        store.db.prepare("UPDATE modification SET read_first = 1 WHERE id = ?").run(id);
        break;
      }
      case "caught up":
        bench.catchUp();
        break;
      case "restarted":
        bench.reads.catchUp();
        bench.reopen();
        break;
      default:
        each satisfies never;
    }
  }
  bench.catchUp();
}

type Row = {
  readonly id: number;
  readonly at: number;
  readonly conversation: number;
  readonly origin: string;
  readonly decision: string;
  readonly state: string | null;
  readonly verdict: string | null;
  readonly took: number | null;
  readonly rewritten: 0 | 1;
  readonly rules: readonly string[];
  readonly shadow: readonly string[];
  readonly categories: readonly string[];
};

/** The same counts, in the plainest way there is: every message is looked at. */
function counted(rows: readonly Row[], offsetMs: number) {
  const tally = <Key extends string | number>(keys: readonly Key[]): readonly (readonly [Key, number])[] =>
    [...new Set(keys)].map((key) => [key, keys.filter((other) => other === key).length] as const);
  const countsOf = (some: readonly Row[]) => {
    const by = (decision: string): number => some.filter((row) => row.decision === decision).length;
    return {
      judged: by("pass") + by("review") + by("rewrite"),
      objected: by("rewrite"),
      rewritten: some.filter(({ rewritten }) => rewritten === 1).length,
      flagged: by("review"),
      failed: by("failed"),
      recovered: some.filter(({ origin }) => origin === "backfill").length,
    };
  };
  const told = rows.filter(({ decision, origin }) => decision !== "undecided" || origin === "backfill");
  const hourOf = ({ at }: Row): number => Math.floor((at + offsetMs) / HOUR_MS);
  const answeredBy = (rule: string, verdict: string): number =>
    rows.filter((row) => row.rules.includes(rule) && row.verdict === verdict).length;
  return {
    totals: countsOf(rows),
    hours: tally(told.map(hourOf)).map(([hour]) => ({
      at: hour * HOUR_MS - offsetMs,
      ...countsOf(told.filter((row) => hourOf(row) === hour)),
    })),
    hoursOfDay: Array.from({ length: 24 }, (_, hour) => ({
      at: hour,
      ...countsOf(told.filter((row) => ((hourOf(row) % 24) + 24) % 24 === hour)),
    })),
    rules: tally(rows.flatMap(({ rules, shadow }) => [...new Set([...rules, ...shadow])])).map(([rule]) => ({
      rule,
      messages: rows.filter(({ rules }) => rules.includes(rule)).length,
      shadow: rows.filter(({ shadow }) => shadow.includes(rule)).length,
      confirmed: answeredBy(rule, "confirmed"),
      falsePositives: answeredBy(rule, "false_positive"),
    })),
    categories: tally(rows.flatMap(({ categories }) => categories)),
    states: tally(rows.flatMap(({ state }) => (state === null ? [] : [state]))),
    conversations: tally(
      rows.flatMap(({ decision, conversation }) =>
        decision === "pass" || decision === "undecided" ? [] : [conversation],
      ),
    ),
    took: rows.flatMap(({ took }) => (took === null ? [] : [took])).sort((a, b) => a - b),
  };
}

function rowsOf({ store: { db } }: ReturnType<typeof createConsoleRecord>): readonly Row[] {
  const list = (sql: string, id: number): readonly string[] => db.prepare<[number], string>(sql).pluck().all(id);
  return db
    .prepare<[], Omit<Row, "rules" | "shadow" | "categories">>(
      `SELECT id, received_at AS at, conversation_id AS conversation, origin, decision,
         (SELECT state FROM modification WHERE message_id = message.id ORDER BY ordinal DESC LIMIT 1) AS state,
         (SELECT verdict FROM verdict WHERE message_id = message.id ORDER BY id DESC LIMIT 1) AS verdict,
         CASE WHEN origin <> 'backfill' THEN (SELECT min(ended_at) - received_at FROM modification WHERE message_id = message.id
           AND state = 'applied' AND purpose = 'rewrite' AND lane = 'live') END AS took,
         EXISTS (SELECT 1 FROM modification WHERE message_id = message.id AND state = 'applied' AND action = 'mask') AS rewritten
       FROM message`,
    )
    .all()
    .map((row) => ({
      ...row,
      rules: list("SELECT DISTINCT rule FROM finding WHERE message_id = ? AND effect <> 'shadow'", row.id),
      shadow: list("SELECT DISTINCT rule FROM finding WHERE message_id = ? AND effect = 'shadow'", row.id),
      categories: list("SELECT DISTINCT category FROM finding WHERE message_id = ? AND effect <> 'shadow'", row.id),
    }));
}

const sorted = (value: readonly unknown[]): readonly string[] => value.map((each) => JSON.stringify(each)).sort();

function assertSame(stats: Stats, rows: readonly Row[], offsetMs: number): void {
  const plain = counted(rows, offsetMs);
  assert.deepEqual(stats.totals, plain.totals);
  assert.deepEqual(sorted(stats.hours), sorted(plain.hours));
  assert.deepEqual(sorted(stats.hoursOfDay), sorted(plain.hoursOfDay));
  const shares = stats.rules.map(({ confirmed, falsePositives, falsePositiveShare }) => [
    confirmed,
    falsePositives,
    falsePositiveShare,
  ]);
  for (const [right = 0, wrong = 0, share] of shares) {
    assert.equal(share, (right ?? 0) + (wrong ?? 0) === 0 ? null : (wrong ?? 0) / ((right ?? 0) + (wrong ?? 0)));
  }
  const { rules } = stats;
  assert.deepEqual(
    sorted(
      rules.map(({ rule, messages, shadow, confirmed, falsePositives }) => ({
        rule,
        messages,
        shadow,
        confirmed,
        falsePositives,
      })),
    ),
    sorted(plain.rules),
  );
  assert.deepEqual(
    sorted(stats.categories.map(({ category, messages }) => [category, messages])),
    sorted(plain.categories),
  );
  assert.deepEqual(sorted(stats.states.map(({ state, messages }) => [state, messages])), sorted(plain.states));
  assert.deepEqual(
    sorted(stats.conversations.map(({ conversation, messages }) => [conversation.id, messages])),
    sorted(plain.conversations),
  );
  assert.equal(stats.appliedAfterMs.count, plain.took.length);
  for (const [share, told] of [
    [0.5, stats.appliedAfterMs.p50],
    [0.95, stats.appliedAfterMs.p95],
  ] as const) {
    const exact = plain.took[Math.ceil(plain.took.length * share) - 1];
    if (exact === undefined) assert.equal(told, null);
    // Times are counted in steps of a tenth: what is told is the upper end of the step.
    else assert.ok(told !== null && told >= exact - 1 && told <= exact * 1.1 + 1, `${exact} told as ${String(told)}`);
  }
  assert.equal(stats.behind, 0);
}

describe("the overview", () => {
  it("counts what looking at every message counts, in every zone, whatever happened and however often it was stopped", async function () {
    this.timeout(60_000);
    const range = fc.tuple(fc.nat(DAYS_MS / QUARTER_MS - 1), fc.integer({ min: 1, max: DAYS_MS / QUARTER_MS }));
    const zone = fc.constantFrom(0, 480, 330, 345, -210, -720, 840);
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 10, maxLength: 80 }),
        range,
        zone,
        async (events, [from, length], offset) => {
          using bench = createConsoleRecord();
          await happen(bench, events);
          const rows = rowsOf(bench);
          const since = BEGIN + from * QUARTER_MS;
          const until = since + length * QUARTER_MS;
          const inside = rows.filter(({ at }) => at >= since && at < until);
          assertSame(bench.answers.stats({ since, until, offsetMinutes: offset }), inside, offset * 60_000);
          assertSame(
            bench.answers.stats({ since: BEGIN, until: BEGIN + DAYS_MS, offsetMinutes: offset }),
            rows,
            offset * 60_000,
          );
        },
      ),
      { numRuns: 20 },
    );
  });
});
