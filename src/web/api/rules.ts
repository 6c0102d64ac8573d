import type { z } from "zod";
import type { explanation, liveRules, tried } from "../../http/console-types/rules.ts";

export type LiveRules = z.infer<typeof liveRules>;
export type LiveRule = LiveRules["rules"][number];
export type Tried = z.infer<typeof tried>;
export type Explained = z.infer<typeof explanation>;
