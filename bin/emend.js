#!/usr/bin/env node
// The program itself is dist/main.js, which `npm run build` makes.
import { existsSync } from "node:fs";

const program = new URL("../dist/main.js", import.meta.url);
if (!existsSync(program)) {
  process.stderr.write("EMEND_NOT_BUILT  dist/ is missing. Run `npm run build` once, then call emend again.\n");
  process.exit(1);
}
await import(program.href);
