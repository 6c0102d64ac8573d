// Builds dist/web, the console's pages, when something that they are made of is newer than they are.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** In milliseconds; 0 where there is no such file. */
const changedAt = (path) => statSync(root + path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const newestIn = (folder) =>
  Math.max(
    changedAt(folder),
    ...readdirSync(root + folder, { recursive: true }).map((name) => changedAt(`${folder}/${name}`)),
  );

const sources = Math.max(newestIn("src/web"), changedAt("vite.config.ts"), changedAt("package-lock.json"));
if (changedAt("dist/web/index.html") <= sources) {
  const vite = createRequire(import.meta.url)
    .resolve("vite/package.json")
    .replace(/package\.json$/, "bin/vite.js");
  const built = spawnSync(process.execPath, [vite, "build", "--logLevel", "warn"], { cwd: root, stdio: "inherit" });
  process.exitCode = built.status ?? 1;
}
