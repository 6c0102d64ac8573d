import { z } from "zod";
import { instant } from "./accounts.ts";

/** As the search by sender takes it. */
const USER_MAX = 256;
const user = z.string().min(1).max(USER_MAX).describe("A UserID, exactly as Tencent has it.");

const kept = (setting: string) =>
  z.object({
    setting: z.literal(setting).describe("The environment variable, set where Emend is started."),
    ms: z.int().describe("0: none is kept."),
  });
const held = z.object({
  count: z.int(),
  isMore: z.boolean().describe("Counting ended at this many."),
  oldestAt: instant.nullable(),
});
const reached = {
  messages: z.int().describe("Messages of the user whose text was kept."),
  edits: z.int().describe("Edits of those messages, and edits by the user of other people's."),
  orders: z.int().describe("Orders that followed from those and were still to be sent; they are cancelled."),
  undecodable: z.int().describe("Callbacks that nobody understood and that may be anybody's: they all go."),
};

export const retention = z
  .object({
    kept: z.object({ bodies: kept("EMEND_KEEP_BODIES"), originals: kept("EMEND_KEEP_ORIGINALS") }),
    forgetting: z
      .enum(["not_yet", "going", "clock_doubted", "clock_jumped", "failing"])
      .describe("How this process forgets. While the clock is doubted, or jumped, nothing is forgotten."),
    held: z.object({ bodies: held, originals: held, edits: held, undecodable: held }),
    behind: z.int().describe("Messages and changes that are not counted yet."),
    forgotten: z
      .array(z.object({ at: instant, bodies: z.int(), originals: z.int(), edits: z.int(), undecodable: z.int() }))
      .describe("The newest twenty times; each step is in the audit log (act=purge)."),
    bytes: z.object({ database: z.int(), log: z.int(), index: z.int() }),
  })
  .meta({ id: "Retention" });

export const erasureQuery = z.object({ user });
export const newErasure = z.object({ user, confirm: z.string().max(USER_MAX).describe("The same once more.") });

const notReached = z
  .array(z.enum(["stored_by_tencent", "quoted_by_others", "backups"]))
  .describe("What Tencent stores, messages of others that quote the user, backups and copies made before.");
export const erasurePreview = z.object({ ...reached, notReached }).meta({ id: "ErasurePreview" });

export const erasure = z
  .object({
    user,
    by: z.string(),
    at: instant,
    stage: z
      .enum(["counting", "record", "files"])
      .describe("What is being done: counting, the record, the bytes of the files. It goes on after a restart."),
    share: z.number().min(0).max(1).nullable().describe("Of the stage."),
    fault: z.string().nullable().describe("A code: why the last try failed. It is tried again."),
    found: z.object(reached).nullable().describe("What there was before the first text went."),
    notReached,
  })
  .meta({ id: "Erasure" });

export const erasures = z
  .object({
    open: erasure.nullable(),
    items: z
      .array(
        z.object({ at: instant, actor: z.string(), digest: z.string().describe("SHA-256 of the UserID."), ...reached }),
      )
      .describe("Those that are done: the newest twenty; all of them are in the audit log (act=erase)."),
  })
  .meta({ id: "Erasures" });

/** Of an entry of the audit log. */
export const erasedDetail = z.object({ user: z.string(), ...reached });
