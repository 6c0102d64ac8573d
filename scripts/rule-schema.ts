/** Writes `rules/emend.schema.json`, which editors use, from the schema that the service reads packs with. */
import { writeFileSync } from "node:fs";
import { format } from "prettier";
import { packJsonSchema } from "../src/rules/rule-schema.ts";

const file = new URL("../rules/emend.schema.json", import.meta.url);
writeFileSync(file, await format(JSON.stringify(packJsonSchema()), { parser: "json", printWidth: 120 }));
