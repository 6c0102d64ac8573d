/** What whole worlds out of nothing but a seed find out. */
import type { Sabotage } from "./saboteurs.ts";
import { edit, SIMULATED } from "./saboteurs.ts";

export const simulatedSaboteurs: readonly Sabotage[] = [
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
        "next = await parts.store.reserveSlots(parts.api, count, gap, from);",
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
