/** `npm run bench`: every figure that the documents quote; `npm run bench -- matching` for one part of it. */
import os from "node:os";
import { benchConsole } from "./console.ts";
import { benchHostile } from "./hostile.ts";
import { benchMatching } from "./matching.ts";
import { benchReceiving } from "./receive.ts";

const PARTS = new Map([
  ["receiving", benchReceiving],
  ["matching", benchMatching],
  ["hostile", benchHostile],
  ["console", benchConsole],
]);

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !PARTS.has(name));
if (unknown.length > 0) {
  console.error(`There is no part "${unknown.join('", "')}". Name some of: ${[...PARTS.keys()].join(", ")}.`);
  process.exit(2);
}

console.log(
  `Node ${process.version}, ${os.cpus().length} cores (${os.cpus()[0]?.model ?? "unknown"}), ${new Date().toISOString().slice(0, 10)}`,
);
for (const [name, bench] of PARTS) if (wanted.length === 0 || wanted.includes(name)) await bench();
