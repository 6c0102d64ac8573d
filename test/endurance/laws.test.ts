import { counts } from "./counts.ts";

// The laws of the matching engine, over many more texts.
process.env["LAW_TEXTS"] = String(counts.lawTexts);
await import("../rules/laws.test.ts");
