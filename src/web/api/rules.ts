/** The live rules, with what each has hit by day of the reader's zone. */
import type { z } from "zod";
import type { explanation, liveRules, tried } from "../../http/console-types/rules.ts";

import { getJson } from "./client.ts";

export type LiveRules = z.infer<typeof liveRules>;
export type LiveRule = LiveRules["rules"][number];
export type Tried = z.infer<typeof tried>;
export type Explained = z.infer<typeof explanation>;

export const liveRulesQuery = {
  queryKey: ["rules"] as const,
  queryFn: ({ signal }: { readonly signal: AbortSignal }): Promise<LiveRules> =>
    getJson<LiveRules>("/rules", { offsetMinutes: -new Date().getTimezoneOffset() }, signal),
};
