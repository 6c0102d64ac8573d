/** What somebody might break about what people do: restores, masks by hand, phrases that are let through. */
import type { Sabotage } from "./saboteurs.ts";
import { CRASHES, edit, SIMULATED } from "./saboteurs.ts";

export const undoSaboteurs: readonly Sabotage[] = [
  {
    title: "puts words back without reading first what stands there",
    edits: [edit("src/store/sqlite-desk.ts", "SET read_first = 1, by_hand", "SET read_first = 0, by_hand")],
    check: { file: "test/flows/restore.test.ts", title: "reads once more before it is sent", says: /cancelled/ },
  },
  {
    title: "takes whatever stands in a message for its own mask",
    edits: [
      edit("src/domain/restore.ts", 'return masks.includes(now) ? "masked" : "changed";', 'return masks && "masked";'),
    ],
    check: { file: "test/flows/restore.test.ts", title: "overwrites nobody's words", says: /./ },
  },
  {
    title: "puts back what was said first, and not what was written last",
    edits: [
      edit("src/flows/by-hand.ts", "const words = edit === undefined ?", "const words = edit === undefined || edit ?"),
      edit("src/flows/restore.ts", 'if (looked.stands === "masked" && ', 'if (looked.stands === "masked" && false && '),
    ],
    check: { ...SIMULATED, says: /after a restore by hand .* should say/ },
  },
  {
    title: "leaves its notes in what it puts back",
    edits: [edit("src/domain/note.ts", "if (kept.length === notes.length) return customData;", "return customData;")],
    check: { ...SIMULATED, says: /bears a note after a restore by hand/ },
  },
  {
    title: "lets the rules judge what a person has masked",
    edits: [edit("src/store/sqlite-desk.ts", "byHand: decidedForThis ? 1 : 0", "byHand: 0")],
    check: { ...SIMULATED, says: /after a mask by hand/ },
  },
  {
    title: "masks again by hand what has changed since",
    edits: [
      edit(
        "src/flows/reconsider.ts",
        "const isStill = print === body && textFingerprint(now.customData) === data;",
        "const isStill = (print === body && textFingerprint(now.customData) === data) || true;",
      ),
    ],
    check: { file: "test/flows/mask-by-hand.test.ts", title: "where somebody wrote something else", says: /./ },
  },
  {
    title: "forgets how far a restore of many has come",
    edits: [
      edit(
        "src/store/sqlite-restore-jobs.ts",
        "AND state = 'running' AND cursor = @cursor`",
        "AND state = 'running' AND @cursor IS NOT NULL`",
      ),
    ],
    check: { file: "test/flows/bulk-restore.test.ts", title: "goes on behind its last step", says: /undefined/ },
  },
  {
    title: "writes a rule's file in its place",
    edits: [
      edit(
        "src/rules/replace-file.ts",
        "await write(fresh, after, mode & 0o777);",
        "await rm(whole); await write(whole, after, mode);",
      ),
    ],
    check: { file: CRASHES, title: "at rule_file.written", says: /./ },
  },
];
