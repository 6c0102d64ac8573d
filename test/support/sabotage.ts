/** Copies of the project in which a saboteur has been at work, and a test run over them. */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ended } from "./children.ts";
import type { Sabotage } from "./saboteurs.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** What tests and program read. */
const COPIED = ["src", "test", "migrations", "rules", "package.json", "tsconfig.json"];
const TEST_TIMEOUT_MS = 60_000;

export type CheckRun = {
  /** What its tests failed with; empty where they stayed green. */
  readonly failures: readonly string[];
  /** The title of a test that this machine cannot run, which says why, where no other ran. */
  readonly skipped?: string;
};

export interface Workshop extends Disposable {
  /** Runs the check over the sabotaged program. */
  check(sabotage: Sabotage): Promise<CheckRun>;
  /** Where the copy is. */
  readonly folder: string;
  /** Changes the copy until it is disposed of. */
  at(edits: Sabotage["edits"]): Disposable;
}

export function openWorkshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), "emend-sabotage-"));
  for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));

  const at = (edits: Sabotage["edits"]): Disposable => {
    const before = new Map(edits.map(({ file }) => [file, readFileSync(join(folder, file), "utf8")]));
    const mend = (): void => {
      for (const [file, text] of before) writeFileSync(join(folder, file), text);
    };
    try {
      for (const { file, find, replace } of edits) {
        const path = join(folder, file);
        const parts = readFileSync(path, "utf8").split(find);
        if (parts.length !== 2) throw new Error(`${file} no longer holds exactly one: ${find}`);
        writeFileSync(path, parts.join(replace));
      }
    } catch (thrown) {
      mend();
      throw thrown;
    }
    return { [Symbol.dispose]: mend };
  };

  return {
    folder,
    at,
    async check({ edits, check }) {
      using _ = at(edits);
      return await runOf(folder, check);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

type Report = {
  readonly stats: { readonly passes: number };
  readonly pending: readonly { readonly title: string }[];
  readonly failures: readonly { readonly fullTitle: string; readonly err: { readonly message?: string } }[];
};

async function runOf(folder: string, check: Sabotage["check"]): Promise<CheckRun> {
  const words = ["--no-config", "--node-option", "import=tsx", "--timeout", String(TEST_TIMEOUT_MS), "--exit"];
  const report = join(folder, "report.json");
  rmSync(report, { force: true });
  const mocha = join(ROOT, "node_modules/mocha/bin/mocha.js");
  const reporting = ["--reporter", "json", "--reporter-option", `output=${report}`];
  const child = spawn(process.execPath, [mocha, ...words, ...reporting, "--grep", check.title, check.file], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { out, err } = await ended(child);
  let found: Report;
  try {
    found = JSON.parse(readFileSync(report, "utf8")) as Report;
  } catch {
    throw new Error(`The check did not run:\n${out.slice(-2_000)}${err.slice(-2_000)}`);
  }
  const ran = found.stats.passes + found.failures.length;
  const [pending] = found.pending;
  if (ran === 0 && pending !== undefined) return { failures: [], skipped: pending.title };
  if (ran === 0) throw new Error(`No test is called ${check.title}`);
  return { failures: found.failures.map((failure) => `${failure.fullTitle}: ${failure.err.message ?? ""}`) };
}
