import assert from "node:assert/strict";
import { OperatorError } from "../../src/errors.ts";
import type { Told } from "../../src/flows/watch.ts";
import { createWatching, inWire } from "../../src/flows/watch.ts";
import type { AuditItem, ConsoleReads, TailQuery } from "../../src/ports/console.ts";
import { createConsoleRecord } from "../support/console-record.ts";
import { readableRecords } from "../support/console-records.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { entryOf, objected, passed, said } from "../support/store-fixtures.ts";

const aMoment = (): Promise<unknown> => new Promise(setImmediate);

describe("watching what happens", () => {
  /** A log of so many rows of one act; time moves by itself while somebody waits. */
  function watched(rows: number, act = "decision") {
    let faults = 0;
    let asked = 0;
    const now = { ms: 0 };
    const row = (id: number): AuditItem => ({
      ...{ id, at: 1, actor: "emend", act, messageId: 1, modificationId: null, detail: {}, seal: "" },
    });
    const tail = ({ after, limit }: TailQuery) => {
      if (after === undefined) return { position: { audit: rows, message: rows }, messages: 0, rows: [] };
      const found = Array.from({ length: Math.max(0, Math.min(limit, rows - after.audit)) }, (_, i) =>
        row(after.audit + 1 + i),
      );
      const position = { audit: found.at(-1)?.id ?? after.audit, message: rows };
      return { position, messages: rows - after.message, rows: found };
    };
    const reads: ConsoleReads = {
      async ask(_name, question) {
        asked++;
        if (faults-- > 0) throw new OperatorError("CONSOLE_BUSY", "Busy.", "Later.");
        return tail(question as TailQuery);
      },
    };
    const clock = {
      monotonic: () => now.ms as never,
      wait: async (ms: number) => {
        now.ms += ms;
        await aMoment();
      },
    };
    return {
      watching: createWatching({ reads, clock }),
      more: (count: number) => (rows += count),
      fail: (times: number) => (faults = times),
      asked: () => asked,
    };
  }
  async function take(events: AsyncGenerator<Told | undefined, void>, count: number): Promise<readonly string[]> {
    const seen: string[] = [];
    while (seen.length < count) {
      const next = await events.next();
      if (next.done === true) break;
      const told = next.value;
      if (told !== undefined) seen.push(`${told.event} ${told.id}`);
    }
    return seen;
  }

  it("tells nothing of what was before, and everything from then on", async () => {
    const { watching, more } = watched(3);
    const end = new AbortController();
    const events = watching.watch("viewer", undefined, end.signal);
    await events.next();
    assert.equal(watching.count(), 1);
    const coming = take(events, 3);
    await aMoment();
    more(2);
    assert.deepEqual(await coming, ["decision 4.3", "decision 5.3", "messages 5.5"]);
    end.abort();
    assert.deepEqual(await take(events, 1), []);
    assert.equal(watching.count(), 0);
  });

  it("goes on after the event that was seen last, and not too far back", async () => {
    const near = watched(100).watching.watch("viewer", "98.98", new AbortController().signal);
    assert.deepEqual(await take(near, 3), ["decision 99.98", "decision 100.98", "messages 100.100"]);
    const far = watched(100_000).watching.watch("viewer", "98.98", new AbortController().signal);
    assert.deepEqual(await take(far, 1), ["missed 100000.100000"]);
    const strange = watched(100).watching.watch("viewer", "900.1", new AbortController().signal);
    assert.deepEqual(await take(strange, 1), ["missed 100.100"]);
  });

  it("keeps nothing for somebody who does not listen", async () => {
    const { watching, more, asked } = watched(0);
    const events = watching.watch("viewer", undefined, new AbortController().signal);
    await events.next();
    more(1_000);
    await aMoment();
    assert.equal(asked(), 0);
  });

  it("comes through when the record cannot be asked for a while", async () => {
    const { watching, more, fail } = watched(0);
    const events = watching.watch("viewer", "0.0", new AbortController().signal);
    await events.next();
    fail(3);
    more(1);
    assert.deepEqual(await take(events, 2), ["decision 1.0", "messages 1.1"]);
  });

  it("gives a sign of life while nothing happens", async () => {
    const { watching } = watched(0);
    const events = watching.watch("viewer", undefined, new AbortController().signal);
    await events.next();
    assert.deepEqual(await events.next(), { value: undefined, done: false });
    assert.equal(inWire(undefined), ":\n\n");
  });

  it("keeps what people do in the console from viewers", async () => {
    for (const act of ["look", "sign_in", "export", "account_changed", "token_added"]) {
      const watch = (role: "viewer" | "reviewer") =>
        take(watched(1, act).watching.watch(role, "0.0", new AbortController().signal), 1);
      assert.deepEqual(await watch("viewer"), ["messages 1.1"], act);
      assert.deepEqual(await watch("reviewer"), ["audit 1.0"], act);
    }
  });

  it("asks once for a hundred pages that have seen equally much", async () => {
    const { watching, more, asked } = watched(5);
    const ends = Array.from({ length: 100 }, () => new AbortController());
    const pages = ends.map(({ signal }) => watching.watch("viewer", "5.5", signal));
    for (const page of pages) await page.next();
    const coming = pages.map((page) => take(page, 2));
    for (let turn = 0; turn < 3; turn++) await aMoment();
    const before = asked();
    more(1);
    for (const told of await Promise.all(coming)) assert.deepEqual(told, ["decision 6.5", "messages 6.6"]);
    // One for each beat that came meanwhile, not one for each page.
    assert.ok(asked() - before <= 5, `${asked() - before} questions`);
    for (const end of ends) end.abort();
  });
});

describe("events of a record that is being written", () => {
  it("come once each and in order, however slowly they are read and however often the reader comes again", async function () {
    this.timeout(30_000);
    using record = createConsoleRecord();
    const clock = {
      monotonic: () => 0 as never,
      // A beat is as long as it takes to write something.
      wait: async () => void (await write()),
    };
    let written = 0;
    const write = async (): Promise<void> => {
      await aMoment();
      if (written >= TOTAL) return;
      const from = written;
      written += 150;
      const entries = Array.from({ length: 150 }, (_, i) =>
        entryOf(said(`k${from + i}`, { text: "damn" }), i % 3 === 0 ? objected(`o${from + i}`) : passed),
      );
      await record.store.recordIntake(entries);
    };
    const TOTAL = 3_000;
    const { reads } = readableRecords(record, createFakeClock());
    const seen: number[] = [];
    let last = "0.0";
    let messages = 0;
    let newest = 0;
    for (let visit = 0; newest < TOTAL; visit++) {
      const gone = new AbortController();
      const watching = createWatching({ reads, clock });
      let read = 0;
      for await (const told of watching.watch("viewer", last, gone.signal)) {
        if (told === undefined) continue;
        // Slower than what is written, so that much waits at times.
        if (read % 40 === 0) await write();
        last = told.id;
        if (told.event === "messages") {
          messages += told.data.count;
          newest = told.data.newest;
        } else if (told.event === "missed" || told.event === "erased") assert.fail("nothing was missed");
        else seen.push(told.data.id);
        if (++read > 30 + ((visit * 37) % 90) || newest >= TOTAL) break;
      }
      gone.abort();
    }
    const logged = record.store.db.prepare("SELECT id FROM audit WHERE act = 'decision' ORDER BY id").pluck().all();
    assert.deepEqual(seen, logged);
    assert.equal(messages, TOTAL);
  });
});
