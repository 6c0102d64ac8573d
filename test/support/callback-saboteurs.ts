/** What arrives: callbacks and their senders, answered only when recorded. */
import type { Sabotage } from "./saboteurs.ts";
import { CRASHES, edit, STORE } from "./saboteurs.ts";

const HOSTILE = "test/world/hostile-senders.test.ts";

export const callbackSaboteurs: readonly Sabotage[] = [
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
];
