/**
 * Saboteurs: the program with one promise broken on purpose. Each is a change of a line or two in a copy of the source, so
 * the program that is shipped holds no switch for it. A check that stays green over a saboteur is worth nothing.
 */
export type Sabotage = {
  /** Ends the sentence "a service that …". */
  readonly title: string;
  /** Each `find` stands exactly once in its file; where it no longer does, the saboteur is to be named anew. */
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
  /** The test that must turn red, and what it must say: red for another reason shows nothing. */
  readonly check: { readonly file: string; readonly title: string; readonly says: RegExp };
  /** What the check cannot do without. */
  readonly needs?: "tracing";
};

const CRASHES = "test/world/crash-points.test.ts";
const POWER = "test/world/power-loss.test.ts";
const STORE = "test/store/sqlite-store.test.ts";

const edit = (file: string, find: string, replace: string): Sabotage["edits"][number] => ({ file, find, replace });

export const saboteurs: readonly Sabotage[] = [
  {
    title: "answers before it has committed",
    edits: [
      edit(
        "src/flows/intake.ts",
        "const recorded = await record(entries);",
        "const recorded = entries.map(() => true); setTimeout(() => void record(entries), 50);",
      ),
    ],
    check: { file: CRASHES, title: "at intake.before_commit", says: /acknowledged and is not in the record/ },
  },
  {
    title: "calls a message applied before Tencent was asked",
    edits: [
      edit(
        "src/flows/dispatcher.ts",
        'crashPoint("dispatch.before_call");',
        `await store.settleOrders([{ id: order.id, fence: order.fence, code: "0", counted: undefined, at: clock.now(),
           result: { kind: "end", state: "applied", reason: "" }, audit: [] }]);
         crashPoint("dispatch.before_call");`,
      ),
    ],
    check: { file: CRASHES, title: "at dispatch.before_call", says: /the body is|no note/ },
  },
  {
    title: "calls twice for each order",
    edits: [
      edit(
        "src/flows/dispatcher.ts",
        'crashPoint("dispatch.answered");',
        'await parts.client.modify(api, order.payload); crashPoint("dispatch.answered");',
      ),
    ],
    check: { file: CRASHES, title: "at slots.reserved", says: /2 calls, and 0 crashes/ },
  },
  {
    title: "spells the stored payload again for each call",
    edits: [
      edit(
        "src/tencent/rest-client.ts",
        "async modify(api, payload) {",
        "async modify(api, stored) { const payload = JSON.stringify(JSON.parse(stored));",
      ),
    ],
    check: { file: CRASHES, title: "at dispatch.answered", says: /the body is|custom data/ },
  },
  {
    title: "appends its note again to a message that has it",
    edits: [edit("src/flows/reconsider.ts", "if (now.customData?.includes(", "if (false && now.customData?.includes(")],
    check: { file: "test/flows/dispatcher.test.ts", title: "our earlier call came first", says: /applied/ },
  },
  {
    title: "forgets the fence when it settles",
    edits: [edit("src/store/sqlite-orders.ts", "AND state = 'claimed' AND fence = @fence", "AND @fence IS NOT NULL")],
    check: {
      file: STORE,
      title: "in memory.*an answer that comes after its claim was lost",
      says: /deep-equal|deepStrictEqual/,
    },
  },
  {
    title: "sends a revised payload that it never stored",
    edits: [edit("src/store/sqlite-orders.ts", "insertPayload.run({", "void ({")],
    check: { file: STORE, title: "in memory.*stores a revised payload", says: /./ },
  },
  {
    title: "leaves the orders of a process that was killed where they are",
    edits: [
      edit(
        "src/store/sqlite-orders.ts",
        "const { changes } = free.run(",
        "const { changes } = ((_) => ({ changes: 0 }))(",
      ),
    ],
    check: { file: STORE, title: "in memory.*frees the orders of a process that is gone", says: /./ },
  },
  {
    title: "begins its pace anew after a restart",
    edits: [
      edit(
        "src/flows/pacer.ts",
        "next = await parts.store.reserveSlots(parts.api, left, gap, clock.monotonic());",
        "next = clock.monotonic();",
      ),
    ],
    check: {
      file: "test/flows/pacer.test.ts",
      title: "begins behind what an earlier process had set aside",
      says: /./,
    },
  },
  {
    title: "does not know a message that comes again",
    edits: [
      edit("migrations/sqlite/0001_record.sql", "CREATE UNIQUE INDEX message_by_key", "CREATE INDEX message_by_key"),
      edit("migrations/sqlite/0001_record.sql", "CREATE UNIQUE INDEX message_by_seq", "CREATE INDEX message_by_seq"),
    ],
    check: {
      file: STORE,
      title: "in memory.*does not record a (group )?message that comes again",
      says: /deep-equal|deepStrictEqual/,
    },
  },
  {
    title: "sends although another process does",
    edits: [edit("src/store/process-lock.ts", "if (isBusy(thrown)) return false;", "if (isBusy(thrown)) return true;")],
    check: { file: "test/store/process-lock.test.ts", title: "is held by one at a time", says: /true/ },
  },
  {
    title: "purges what was never judged",
    edits: [
      edit("src/store/sqlite-keep.ts", "AND decision = 'pass' AND callback IS NOT NULL", "AND callback IS NOT NULL"),
      edit(
        "src/store/sqlite-keep.ts",
        "AND decision <> 'undecided' AND callback IS NOT NULL",
        "AND callback IS NOT NULL",
      ),
    ],
    check: {
      file: STORE,
      title: "in memory.*drops bodies that no rule objected to by one age",
      says: /deep-equal|deepStrictEqual/,
    },
  },
  {
    title: "leaves syncing to the operating system",
    edits: [
      edit("src/store/sqlite-open.ts", "synchronous = FULL", "synchronous = OFF"),
      edit("src/store/sqlite-open.ts", "synchronous !== 2", "synchronous !== 0"),
    ],
    check: { file: POWER, title: "at any of", says: /acknowledged messages are lost|malformed/ },
    needs: "tracing",
  },
  {
    title: "takes SQLite's usual setting for a write-ahead log",
    edits: [
      edit("src/store/sqlite-open.ts", "synchronous = FULL", "synchronous = NORMAL"),
      edit("src/store/sqlite-open.ts", "synchronous !== 2", "synchronous !== 1"),
    ],
    check: { file: POWER, title: "at any of", says: /acknowledged messages are lost/ },
    needs: "tracing",
  },
  {
    title: "does not sync the audit log's key",
    edits: [edit("src/store/audit-chain.ts", "flush: true", "flush: false")],
    check: { file: POWER, title: "at any of", says: /the audit log's key is gone/ },
    needs: "tracing",
  },
];
