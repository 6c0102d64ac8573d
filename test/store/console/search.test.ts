import assert from "node:assert/strict";
import Database from "better-sqlite3";
import fc from "fast-check";
import { entryFor } from "../../../src/flows/indexing.ts";
import { openConsoleStore } from "../../../src/store/console/console-store.ts";
import { decodeStored } from "../../../src/tencent/stored.ts";
import type { MessageQuery } from "../../../src/ports/console.ts";
import { indexPathFor } from "../../../src/store/console/index-file.ts";
import { createConsoleRecord } from "../../support/console-record.ts";
import { editEntry, editOf } from "../../support/edit-fixtures.ts";
import { APP, entryOf, NOW, objected, passed, said, saidInGroup } from "../../support/store-fixtures.ts";
import { epochMs } from "../../../src/domain/time.ts";

const asked = (more: Partial<MessageQuery>): MessageQuery => ({
  limit: 50,
  cursor: undefined,
  sight: "masked",
  ...more,
});
const HOUR_MS = 3_600_000;

describe("finding messages", () => {
  const texts = ["see you at eight 周六见", "damn the umbrellas", "明天一起去爬山", "ＨＥＬＬＯ wörld", "nothing here"];

  function told(): ReturnType<typeof createConsoleRecord> {
    const bench = createConsoleRecord();
    const judged = [passed, objected("o1"), passed, passed, passed];
    void bench.store.recordIntake(texts.map((text, i) => entryOf(said(`k${i}`, { text }), judged[i], NOW + i)));
    bench.catchUp();
    return bench;
  }

  for (const [sentence, q, sight, ids] of [
    ["two Chinese characters", "周六", "masked", [1]],
    ["two letters", "um", "masked", [2]],
    ["a word in any case and width", "hello", "masked", [4]],
    ["a word without its marks", "world", "masked", [4]],
    ["characters that are written the traditional way", "週六見", "masked", [1]],
    ["words over a space", "you at", "masked", [1]],
    ["triples that stand in one message, but not in a row", "nothere", "masked", []],
    ["a masked word, for everybody", "damn", "masked", []],
    ["a piece of a masked word, for everybody", "mn", "masked", []],
    ["a masked word, for those who may see originals", "damn", "original", [2]],
    ["what stands beside a masked word", "umbrellas", "original", [2]],
    ["signs that mean something to a search engine", '" OR *', "masked", []],
    ["one character", "e", "masked", []],
  ] as const) {
    it(`by ${sentence}`, () => {
      using bench = told();
      const page = bench.answers.messages(asked({ q, sight }));
      assert.deepEqual([page.items.map(({ id }) => id), page.next], [ids, null]);
    });
  }

  it("hides what rules cover in lists from all, in the message from those who see masked texts", () => {
    using bench = told();
    for (const sight of ["masked", "original"] as const) {
      const { items } = bench.answers.messages(asked({ rule: "mild", sight }));
      assert.deepEqual(
        items.map(({ text }) => text),
        ["*** the umbrellas"],
      );
    }
    assert.ok(!JSON.stringify(bench.answers.message({ id: 2, sight: "masked" })).includes("damn"));
    assert.ok(JSON.stringify(bench.answers.message({ id: 2, sight: "original" })).includes("damn"));
  });

  it("shows nothing of a message that is not judged yet to those who see masked texts", () => {
    using bench = createConsoleRecord();
    void bench.store.recordIntake([entryOf(said("k1", { text: "damn it" }), undefined)]);
    bench.catchUp();
    assert.equal(bench.answers.messages(asked({})).items[0]?.text, null);
    assert.deepEqual(bench.answers.messages(asked({ q: "damn" })).items, []);
    assert.equal(bench.answers.messages(asked({ q: "damn", sight: "original" })).items.length, 1);
    assert.ok(!JSON.stringify(bench.answers.message({ id: 1, sight: "masked" })).includes("damn"));
  });

  it("by all filters together, newest first, a page at a time", () => {
    using bench = createConsoleRecord();
    const entries = Array.from({ length: 60 }, (_, i) => {
      const from = i % 2 === 0 ? "anna" : "carl";
      const judgement = i % 3 === 0 ? objected(`o${String(i).padStart(2, "0")}`) : passed;
      const arrival =
        i % 5 === 0 ? saidInGroup(i + 1, { from, text: "damn 周六" }) : said(`k${i}`, { from, text: "damn 周六" });
      return entryOf(arrival, judgement, NOW + i * HOUR_MS);
    });
    void bench.store.recordIntake(entries);
    bench.catchUp();
    const expected = Array.from({ length: 60 }, (_, i) => i)
      .filter((i) => i % 2 === 0 && i % 3 === 0 && i % 5 === 0 && i >= 10 && i < 55)
      .map((i) => i + 1)
      .reverse();
    const filters = {
      ...{ sender: "anna", rule: "mild", conversation: "group:hike", q: "周六", state: "pending", decision: "rewrite" },
      ...{ origin: "after_send", verdict: "none", since: NOW + 10 * HOUR_MS, until: NOW + 55 * HOUR_MS },
    };
    const found: number[] = [];
    let cursor: number | undefined;
    do {
      const page = bench.answers.messages(asked({ ...filters, limit: 1, cursor }));
      found.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    assert.deepEqual(found, expected);
  });

  it("by whether somebody edited it, an edit that came before its message too", async () => {
    using bench = createConsoleRecord();
    const { store } = bench;
    const first = { ...entryOf(said("k2"), passed, NOW + 2), origin: "after_edit" as const };
    void store.recordIntake([entryOf(said("k0"), passed, NOW), entryOf(said("k1"), passed, NOW + 1), first]);
    bench.catchUp();
    const found = () => bench.answers.messages(asked({ edited: "yes" })).items.map(({ id }) => id);
    assert.deepEqual(found(), [3]);
    await store.recordEdits([editEntry(editOf("k1", { text: "see you at nine", at: 4_000 }), epochMs(NOW + 4_000))]);
    const [edit] = await store.openEdits(1, epochMs(NOW + 9_000));
    assert.ok(edit);
    const settled = { kind: "judged", id: edit.id, at: epochMs(NOW + 9_000), audit: [], verdict: "pass" } as const;
    await store.settleEdit({ ...settled, judgement: passed });
    bench.catchUp();
    assert.deepEqual(found(), [3, 2]);
  });

  it("says where to go on when it has looked at enough, and comes to the end", async () => {
    using bench = createConsoleRecord();
    // Both filters are met by half of all messages each, and by one together.
    const entries = Array.from({ length: 24_000 }, (_, i) =>
      entryOf(
        said(`k${i}`, { from: i % 2 === 0 || i === 1 ? "anna" : "carl", text: i % 2 === 0 ? "hi" : "yo yo" }),
        passed,
      ),
    );
    await bench.store.recordIntake(entries);
    bench.catchUp();
    const found: number[] = [];
    let pages = 0;
    let cursor: number | undefined;
    do {
      const page = bench.answers.messages(asked({ sender: "anna", q: "yo", cursor }));
      found.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? undefined;
      pages++;
    } while (cursor !== undefined);
    assert.deepEqual([found, pages > 1], [[2], true]);
  });
});

describe("what is hidden", () => {
  it("is found by no question of those who may not see it, however it is cut", () => {
    using bench = createConsoleRecord();
    const piece = fc.string({
      unit: fc.constantFrom("a", "b", "坏", "话", "ｂ", " ", "é", "🙂"),
      minLength: 1,
      maxLength: 4,
    });
    let key = 0;
    fc.assert(
      fc.property(piece, piece, piece, (before, hidden, after) => {
        const text = `${before}q${hidden}q${after}`;
        const judged = objected(`o${String(++key).padStart(5, "0")}`);
        const [finding] = judged.decision.findings;
        assert.ok(finding);
        const covered = { ...finding, span: { start: before.length, end: before.length + hidden.length + 2 } };
        const judgement = { ...judged, decision: { ...judged.decision, findings: [covered] } };
        void bench.store.recordIntake([entryOf(said(`k${key}`, { text }), judgement)]);
        bench.catchUp();
        const finds = (q: string, sight: "masked" | "original"): boolean =>
          bench.answers.messages(asked({ q, sight, limit: 1 })).items[0]?.id === key;
        for (let cut = 0; cut <= hidden.length; cut++) {
          const q = `q${hidden.slice(0, cut)}`;
          if ([...q].length >= 2) assert.equal(finds(q, "masked"), false, q);
        }
        assert.equal(finds(`q${hidden}q`, "original"), true, text);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the console's file", () => {
  const stateOf = (path: string): Readonly<Record<string, unknown>> => {
    const file = new Database(indexPathFor(path), { readonly: true });
    try {
      const all = (sql: string) => file.prepare(sql).all();
      return {
        tallies: all(
          "SELECT t.slot, f.name, t.n FROM tally t JOIN fact f ON f.id = t.fact WHERE t.n <> 0 ORDER BY 1, 2",
        ),
        postings: all("SELECT f.name, p.message FROM posting p JOIN fact f ON f.id = p.fact ORDER BY 1, 2"),
        entries: all("SELECT message, at, masked, original FROM entry ORDER BY 1"),
      };
    } finally {
      file.close();
    }
  };

  it("comes out the same however often it was stopped, and whenever what happened was told", async () => {
    using bench = createConsoleRecord();
    using other = createConsoleRecord();
    for (const [index, { store }] of [bench, other].entries()) {
      const one = index === 0 ? bench : other;
      const between = (): void => {
        if (index === 1) return;
        one.catchUp();
        one.reopen();
      };
      await store.recordIntake([entryOf(said("k1", { text: "damn" }), undefined), entryOf(said("k2"), passed)]);
      between();
      const [open] = await store.undecided(1);
      assert.ok(open);
      await store.recordJudgement(open.id, objected("o1"), epochMs(NOW + 5));
      between();
      const [claimed] = await store.claimOrders("c2c", 1, epochMs(NOW + 6));
      assert.ok(claimed);
      between();
      const { id, fence } = claimed;
      const result = { kind: "end", state: "applied", reason: "" } as const;
      await store.settleOrders([
        { id, fence, code: "0", counted: "applied", at: epochMs(NOW + 900), result, audit: [] },
      ]);
      between();
      await store.recordVerdict({ messageId: 1, account: "rita", verdict: "confirmed", note: "", at: NOW + 1_000 });
      await store.recordVerdict({
        messageId: 1,
        account: "rita",
        verdict: "false_positive",
        note: "no",
        at: NOW + 2_000,
      });
      one.catchUp();
    }
    assert.deepEqual(stateOf(bench.path), stateOf(other.path));
    const stats = bench.answers.stats({ since: NOW, until: NOW + 1, offsetMinutes: 0 });
    assert.deepEqual(stats.totals, { judged: 2, objected: 1, rewritten: 1, flagged: 0, failed: 0, recovered: 0 });
    assert.deepEqual(stats.rules, [
      { rule: "mild", messages: 1, shadow: 0, confirmed: 0, falsePositives: 1, falsePositiveShare: 1 },
    ]);
    assert.equal(stats.appliedAfterMs.count, 1);
    assert.equal(bench.reads.behind(), 0);
  });

  it("does a step that failed in the middle once more, and counts nothing twice", async () => {
    using bench = createConsoleRecord();
    let failing = true;
    const broken = openConsoleStore({
      ...{ databasePath: bench.path, sdkAppId: APP, goOn: () => undefined },
      entryFor(source) {
        if (failing && source.id === 2) throw new Error("the disk is full");
        return entryFor(source, decodeStored.elements);
      },
    });
    try {
      await bench.store.recordIntake([
        entryOf(said("k1", { text: "明天见" }), passed),
        entryOf(said("k2"), objected("o1")),
      ]);
      assert.throws(() => broken.catchUp(), /full/);
      failing = false;
      while (broken.catchUp().more);
      const { totals } = broken.overview.stats({ since: NOW, until: NOW + 1, offsetMinutes: 0 }, 1.1);
      assert.deepEqual([totals.judged, totals.objected, totals.rewritten], [2, 1, 0]);
    } finally {
      broken[Symbol.dispose]();
    }
  });

  it("is made anew when the record is another one", async () => {
    using bench = createConsoleRecord();
    await bench.store.recordIntake([entryOf(said("k1"), passed), entryOf(said("k2"), objected("o1"))]);
    bench.catchUp();
    // A backup from before the second message takes the record's place.
    bench.store.db.exec(
      "DELETE FROM audit; DELETE FROM payload; DELETE FROM modification; DELETE FROM finding; DELETE FROM message WHERE id = 2",
    );
    bench.reopen();
    bench.catchUp();
    assert.deepEqual((stateOf(bench.path)["entries"] as unknown[]).length, 1);
  });

  it("keeps no byte of what the record has forgotten", async () => {
    using bench = createConsoleRecord();
    const secret = "zqxjv 饕餮";
    await bench.store.recordIntake([
      entryOf(said("k0", { text: "something else, 明天" }), passed),
      entryOf(said("k1", { text: `damn ${secret}` }), objected("o1", { state: "cancelled", reason: "shadow_mode" })),
    ]);
    bench.catchUp();
    assert.equal(bench.answers.messages(asked({ q: "饕餮" })).items.length, 1);
    bench.store.db.exec("UPDATE message SET callback = NULL WHERE id = 2");
    bench.catchUp();
    assert.deepEqual(bench.answers.messages(asked({ q: "饕餮", sight: "original" })).items, []);
    const file = new Database(indexPathFor(bench.path));
    file.pragma("wal_checkpoint(TRUNCATE)");
    const bytes = file.serialize();
    file.close();
    for (const piece of ["zqxjv", "饕餮", "饕", "餮"]) assert.equal(bytes.includes(piece), false, piece);
  });
});
