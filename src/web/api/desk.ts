/** What the API says about phrases that are allowed, and about restores of many messages. */
import type { z } from "zod";
import type { restoreJob, restoresAnswer } from "../../http/console-types/restore.ts";
import type { allowed } from "../../http/console-types/rules.ts";

export type RestoreJob = z.infer<typeof restoreJob>;
export type RestoreCount = z.infer<typeof restoresAnswer>;
export type Allowed = z.infer<typeof allowed>;
