/** What participants change after us. */
import type { Sabotage } from "./saboteurs.ts";
import { edit, STORE } from "./saboteurs.ts";

const EARLY_EDITS = "test/store/edits-before-messages.test.ts";

export const editSaboteurs: readonly Sabotage[] = [
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
    title: "forgets what a person wrote while a call of ours was under way",
    edits: [edit("src/flows/edits.ts", "if (!isOverwritten(open, told.body, body)) {", "if (body !== '') {")],
    check: { file: "test/flows/edits.test.ts", title: "is put back to the byte", says: /deep-equal|deepStrictEqual/ },
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
];
