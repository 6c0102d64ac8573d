// Builds dist/: the program without its types, and beside it the pages that are served as they are.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = createRequire(import.meta.url)
  .resolve("typescript/package.json")
  .replace(/package\.json$/, "bin/tsc");

function run(script, ...words) {
  const ran = spawnSync(process.execPath, [script, ...words], { cwd: root, stdio: "inherit" });
  if (ran.status !== 0) process.exit(ran.status ?? 1);
}

// The console's pages stay: they are built anew only when they have changed.
mkdirSync(`${root}dist`, { recursive: true });
for (const name of readdirSync(`${root}dist`)) {
  if (name !== "web") rmSync(`${root}dist/${name}`, { recursive: true, force: true });
}
run(tsc, "-p", "tsconfig.build.json");
cpSync(`${root}src/simulator/page`, `${root}dist/simulator/page`, { recursive: true });
run(`${root}scripts/build-web.js`);
