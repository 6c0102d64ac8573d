/** Writes `rules/emend.schema.json`, which editors use, from the schema that the service reads packs with. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { packJsonSchema } from "../src/rules/rule-schema.ts";

export function schemaText(): Promise<string> {
  return format(JSON.stringify(packJsonSchema()), { parser: "json", printWidth: 120 });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL("../rules/emend.schema.json", import.meta.url), await schemaText());
}
