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
};

export const CRASHES = "test/world/crash-points.test.ts";
const POWER = "test/world/power-loss.test.ts";
const STORE = "test/store/sqlite-store.test.ts";
const EARLY_EDITS = "test/store/edits-before-messages.test.ts";
const HOSTILE = "test/world/hostile-senders.test.ts";
/** Fifty worlds; each of these saboteurs is found in one of the first thirty. */
export const SIMULATED = {
  file: "test/world/simulation.test.ts",
  title: "keeps every promise after every event",
} as const;

/** One change. */
export const edit = (file: string, find: string, replace: string): Sabotage["edits"][number] => ({
  file,
  find,
  replace,
});

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
        "next = await parts.store.reserveSlots(parts.api, count, gap, clock.monotonic());",
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
  },
  {
    title: "takes SQLite's usual setting for a write-ahead log",
    edits: [
      edit("src/store/sqlite-open.ts", "synchronous = FULL", "synchronous = NORMAL"),
      edit("src/store/sqlite-open.ts", "synchronous !== 2", "synchronous !== 1"),
    ],
    check: { file: POWER, title: "at any of", says: /acknowledged messages are lost/ },
  },
  {
    title: "does not sync the audit log's key",
    edits: [edit("src/store/audit-chain.ts", "flush: true", "flush: false")],
    check: { file: POWER, title: "at any of", says: /the audit log's key is gone/ },
  },
  {
    title: "forgets that an edit stands for its message",
    edits: [edit("src/store/sqlite-edits.ts", 'if (outcome === "adopted") linkAdopted.run(id);', "void linkAdopted;")],
    check: { file: EARLY_EDITS, title: "are overtaken by the one that stands for", says: /overtaken/ },
  },
  {
    title: "closes an edit unjudged when its message comes just then",
    edits: [edit("src/flows/edits.ts", 'if (adoption === "adopted")', 'if (adoption !== "untold")')],
    check: { file: "test/flows/edits.test.ts", title: "whose message has come just when", says: /1 adopted/ },
  },
  {
    title: "takes any edit that is still to be judged for a newer one",
    edits: [edit("src/store/sqlite-consequences.ts", "AND e.event_at > max(?,", "AND -1 <= max(?,")],
    check: { file: EARLY_EDITS, title: "leave the order for the newest text in force", says: /o1 cancelled/ },
  },
  {
    title: "records a message without what follows from it",
    edits: [
      edit(
        "src/store/sqlite-intake.ts",
        "if (judgement !== undefined) recordConsequences(",
        "if (judgement !== undefined && Number(inserted.lastInsertRowid) % 50 !== 0) recordConsequences(",
      ),
    ],
    check: { file: "test/http/hostile.test.ts", title: "to the handler itself", says: /half a record/ },
  },
  {
    title: "answers 500 where it cannot follow",
    edits: [
      edit(
        "src/tencent/callback.ts",
        'return { ok: false, reason: "the body is not JSON" };',
        'throw new Error("the body is not JSON");',
      ),
    ],
    check: { file: "test/http/hostile.test.ts", title: "to the handler itself", says: /was answered 503/ },
  },
  {
    title: "believes a signature of any age",
    edits: [
      edit(
        "src/tencent/callback.ts",
        "Math.abs(now - Number(time) * 1000) > REQUEST_TIME_WINDOW_MS",
        "REQUEST_TIME_WINDOW_MS < 0",
      ),
    ],
    check: { file: HOSTILE, title: "who have no token", says: /forgery .* too (old|new)/ },
  },
  {
    title: "looks at the first signature alone",
    edits: [edit("src/tencent/callback.ts", "return all.length === 1 ? all[0] : undefined;", "return all[0];")],
    check: { file: HOSTILE, title: "who have no token", says: /forgery .* there twice/ },
  },
  {
    title: "writes what it was sent into its log",
    edits: [
      edit(
        "src/http/callbacks.ts",
        'parts.log.warn({ command, reason }, "A callback could not be decoded.");',
        "process.stderr.write(`${body.toString()}\\n`);",
      ),
    ],
    check: { file: HOSTILE, title: "cannot write lines of their own", says: /JSON|message|not/ },
  },
  {
    title: "gives every connection all the time that it wants",
    edits: [
      edit("src/http/callback-listener.ts", "headersTimeout: HEADERS_TIMEOUT_MS", "headersTimeout: 0"),
      edit("src/http/callback-listener.ts", "const CONNECTIONS_MAX = 2_048;", "const CONNECTIONS_MAX = 200;"),
    ],
    check: { file: HOSTILE, title: "who drip a byte now and then", says: /./ },
  },
  {
    title: "does not overwrite what it forgets",
    edits: [edit("src/store/sqlite-open.ts", "secure_delete = ON", "secure_delete = OFF")],
    check: { file: "test/world/erase.test.ts", title: "leaves none of their text", says: /beside the running service/ },
  },
  {
    title: "erases and leaves the write-ahead log as it is",
    edits: [edit("src/store/sqlite-erase.ts", "await emptyWriteAheadLog(db, wait);", "void emptyWriteAheadLog;")],
    check: { file: "test/world/erase.test.ts", title: "leaves none of their text", says: /beside the running service/ },
  },
  {
    title: "starts from a damaged database",
    edits: [edit("src/store/sqlite-open.ts", 'if (found !== "ok") throw', 'if (found === "never") throw')],
    check: { file: "test/store/damaged.test.ts", title: "a page of messages", says: /Missing expected exception/ },
  },
  {
    title: "backs up without a snapshot",
    edits: [
      edit("src/store/sqlite-backup.ts", 'db.exec("BEGIN");', ""),
      edit("src/store/sqlite-backup.ts", 'db.exec("COMMIT");', ""),
    ],
    check: { file: "test/store/sqlite-backup.test.ts", title: "is the moment at which it began", says: /./ },
  },
  {
    title: "forgets what a person wrote while a call of ours was under way",
    edits: [edit("src/flows/edits.ts", "if (!isOverwritten(open, told.body, body)) {", "if (body !== '') {")],
    check: { file: "test/flows/edits.test.ts", title: "is put back to the byte", says: /deep-equal|deepStrictEqual/ },
  },
  {
    title: "lets new messages have every call",
    edits: [
      edit(
        "src/domain/lanes.ts",
        "{ live: 8, guard: 4, restore: 2, rescan: 1 }",
        "{ live: 1e9, guard: 4, restore: 2, rescan: 1 }",
      ),
    ],
    check: { file: "test/domain/lanes.test.ts", title: "starve nobody", says: /./ },
  },
  {
    title: "goes on at the same pace when Tencent says too often",
    edits: [edit("src/domain/throttle.ts", "breaker.share / 2 : 0.5;", "breaker.share : 1;")],
    check: {
      file: "test/flows/dispatcher-outage.test.ts",
      title: "slows down and is back",
      says: /calls a second while slow/,
    },
  },
  {
    title: "takes a wrong setting for the fault of each order",
    edits: [
      edit(
        "src/tencent/error-codes.ts",
        "70398, 72000, 72002, 80005, 90009, 10003",
        "70398, 72000, 72002, 80005, 10003",
      ),
      edit("src/tencent/error-codes.ts", "20016, 20023, 90001,", "20016, 20023, 90009, 90001,"),
    ],
    check: {
      file: "test/flows/answers.test.ts",
      title: "of class misconfigured to modify_c2c_msg, before",
      says: /code 90009/,
    },
  },
  {
    title: "gives orders up because Tencent is away",
    edits: [
      edit(
        "src/flows/dispatcher.ts",
        '|| (outcome.kind === "retryable" && breaker.kind === "open");',
        "|| outcome.code === '';",
      ),
    ],
    check: { file: "test/flows/dispatcher-outage.test.ts", title: "gives nothing up, however long", says: /./ },
  },
  {
    title: "puts a mask back for ever",
    edits: [edit("src/domain/edit.ts", "GUARDS_MAX = 3;", "GUARDS_MAX = 1e9;")],
    check: { file: "test/world/edits.test.ts", title: "take a mask off in a one-to-one chat", says: /./ },
  },
  {
    title: "takes its own change for somebody's edit",
    edits: [edit("src/store/sqlite-edits.ts", 'return echo ? "echo" : "new";', 'return "new";')],
    check: { file: STORE, title: "in memory.*tells our own echo", says: /echo/ },
  },
  {
    title: "takes no hole for a hint",
    edits: [
      edit(
        "src/store/sqlite-sightings.ts",
        'if (told && sighting.kind === "hole") noteHole',
        'if (told && sighting.kind === "hole" && at < 0) noteHole',
      ),
    ],
    check: { file: "test/flows/group-gaps.test.ts", title: "is found by the hole it leaves", says: /./ },
  },
  {
    title: "answers 200 where the disk is full",
    edits: [edit("src/http/callbacks.ts", "reply(rejected(503,", "reply(accepted); reply(rejected(503,")],
    check: { file: "test/http/full-disk.test.ts", title: "is answered with 503", says: /./ },
  },
  {
    title: "waits for a lock as long as it takes",
    edits: [edit("src/store/sqlite-store.ts", "BUSY_TIMEOUT_MS = 250;", "BUSY_TIMEOUT_MS = 4_000;")],
    check: { file: "test/world/shared-file.test.ts", title: "answered with 503 in time", says: /./ },
  },
  {
    title: "says nothing about callbacks that it turns away",
    edits: [edit("src/http/refusals.ts", "window.refused === ALARM_COUNT", "window.refused < 0")],
    check: { file: "test/http/refusals.test.ts", title: "raise an alarm", says: /./ },
  },
  {
    title: "orders again what it has ordered when the record is judged again",
    edits: [
      edit("src/store/sqlite-rescan.ts", '(state === "applied" || state === "given_up")', 'state === ""'),
      edit(
        "src/store/sqlite-rescan.ts",
        "if (edit === undefined) judgeMessage.run",
        "if (edit === -1) judgeMessage.run",
      ),
    ],
    check: { file: "test/flows/rescan.test.ts", title: "orders nothing twice", says: /./ },
  },
  {
    title: "takes its own older text for what is to be judged",
    edits: [edit("src/flows/reconsider.ts", "print !== own && others.includes(print)", "others.length < 0")],
    check: { file: "test/flows/reconsider.test.ts", title: "over what another order of ours", says: /cancelled/ },
  },
  {
    title: "answers before it has committed, in a simulated world",
    edits: [
      edit(
        "src/flows/intake.ts",
        "const recorded = await record(entries);",
        "const recorded = entries.map(() => true); setTimeout(() => void record(entries), 50);",
      ),
    ],
    check: { ...SIMULATED, says: /acknowledged and is 0 times in the record/ },
  },
  {
    title: "lets an answer count whose claim a jump of the clock has taken away",
    edits: [edit("src/store/sqlite-orders.ts", "AND state = 'claimed' AND fence = @fence", "AND @fence IS NOT NULL")],
    check: { ...SIMULATED, says: /an answer counted although its claim was lost/ },
  },
  {
    title: "sets no slots aside",
    edits: [
      edit(
        "src/flows/pacer.ts",
        "next = await parts.store.reserveSlots(parts.api, count, gap, clock.monotonic());",
        "next = clock.monotonic();",
      ),
    ],
    check: { ...SIMULATED, says: /5 calls of (c2c|group) in a second; 4 are allowed/ },
  },
  {
    title: "records twice what came twice, in a simulated world",
    edits: [
      edit("migrations/sqlite/0001_record.sql", "CREATE UNIQUE INDEX message_by_key", "CREATE INDEX message_by_key"),
      edit("migrations/sqlite/0001_record.sql", "CREATE UNIQUE INDEX message_by_seq", "CREATE INDEX message_by_seq"),
    ],
    check: { ...SIMULATED, says: /acknowledged and is 2 times in the record/ },
  },
  {
    title: "writes its note over custom data that it has not read",
    edits: [edit("src/flows/edits.ts", '(first.decision.kind === "pass" || edit.customData.told)', "true")],
    check: { ...SIMULATED, says: /which are none of its writers'/ },
  },
  {
    title: "takes orders up for messages that were taken back",
    edits: [
      edit(
        "src/store/sqlite-edits.ts",
        "WHERE message_id = @message AND state IN ('pending', 'claimed')",
        "WHERE message_id = @message AND @at IS NULL",
      ),
    ],
    check: { ...SIMULATED, says: /taken up after its recall was acknowledged/ },
  },
  {
    title: "sends while it stands by",
    edits: [edit("src/assemble.ts", "if (!lock.tryAcquire()) return false;", "lock.tryAcquire();")],
    check: { ...SIMULATED, says: /a process that stands by sent a call/ },
  },
];
