/** Puts another version of a rule file in its place: whole or not at all, and only over the version that was read. */
import { randomBytes } from "node:crypto";
import { open, readdir, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { crashPoint } from "../crash-point.ts";

/** `changed`: the file no longer says `before`. `read_only`: nobody here may write there. */
export type Replaced = "replaced" | "changed" | "read_only";

/** Writing takes milliseconds. */
const LEFT_BEHIND_MS = 60_000;
const NOT_ALLOWED: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"]);

export async function replaceRuleFile(dir: string, file: string, before: string, after: string): Promise<Replaced> {
  try {
    // A link inside of the folder stays one: what it leads to is replaced.
    const whole = await realpath(join(dir, file));
    if (!whole.startsWith((await realpath(dir)) + sep)) return "read_only";
    // Hidden, so that nobody takes it for a pack.
    const hidden = `.${basename(whole)}.`;
    await sweep(dirname(whole), hidden);
    const fresh = join(dirname(whole), hidden + randomBytes(6).toString("hex"));
    try {
      const { mode } = await stat(whole);
      await write(fresh, after, mode & 0o777);
      crashPoint("rule_file.written");
      // As late as can be: somebody may be at it in an editor.
      if ((await readFile(whole, "utf8")) !== before) return "changed";
      await rename(fresh, whole);
      crashPoint("rule_file.replaced");
    } finally {
      await rm(fresh, { force: true });
    }
    await sync(dirname(whole));
    return "replaced";
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
    if (NOT_ALLOWED.has(code)) return "read_only";
    if (code === "ENOENT") return "changed";
    throw thrown;
  }
}

/** What a killed process has left behind; not what another one is writing right now. */
async function sweep(folder: string, hidden: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.startsWith(hidden) && /\.[0-9a-f]{12}$/.test(name));
  for (const name of left) {
    const { mtimeMs } = await stat(join(folder, name));
    if (Date.now() - mtimeMs > LEFT_BEHIND_MS) await rm(join(folder, name), { force: true });
  }
}

async function write(path: string, text: string, mode: number): Promise<void> {
  await using file = await open(path, "wx", mode);
  await file.writeFile(text);
  await file.sync();
}

/** The new name is on disk once its folder is. */
async function sync(folder: string): Promise<void> {
  await using handle = await open(folder);
  await handle.sync();
}
