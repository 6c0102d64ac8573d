/**
 * How tests start the program, behind `node`. As it was built, where nothing has changed since: `npm test` builds it first,
 * and a start takes half the time. From its source otherwise, so that a single test can be run at any moment.
 */
import { readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** By its address: a child's working folder has no packages. */
export const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const TYPESCRIPT = ["--import", TSX];

/** @param root where the program lies; its own copy, where a saboteur has been at it */
export function programIn(root: string): readonly string[] {
  return isBuilt(root) ? [join(root, "dist/main.js")] : [...TYPESCRIPT, join(root, "src/main.ts")];
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BUILT = isBuilt(ROOT);
/** What Node needs to be told before a module of the program. */
export const LOADER: readonly string[] = BUILT ? [] : TYPESCRIPT;
/** @param name such as `crash-point`. @returns its path */
export const moduleOf = (name: string): string => join(ROOT, BUILT ? `dist/${name}.js` : `src/${name}.ts`);
export const PROGRAM: readonly string[] = [...LOADER, moduleOf("main")];

function isBuilt(root: string): boolean {
  const builtAt = changedAt(join(root, "dist/main.js"));
  return readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).every(
    (name) => name.startsWith("web/") || changedAt(join(root, "src", name)) < builtAt,
  );
}

/** In milliseconds; 0 where there is no such file. */
function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
