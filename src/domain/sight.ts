/** What of people's texts somebody may see: as the rules leave them, or as they were written. */
import type { Role } from "./account.ts";

export type Sight = "masked" | "original";

/** A viewer sees an original on a click alone, message by message, and the click is written down. */
export const sightOf = (role: Role): Sight => (role === "viewer" ? "masked" : "original");
