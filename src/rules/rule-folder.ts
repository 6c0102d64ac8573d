/**
 * Brings the files of a rules folder, and says when they have changed: the only file here that touches a disk. It
 * knows which files are rules and which are fit to be read; what they say is for `compile.ts`.
 */
import { constants } from "node:fs";
import { open, readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { failed, ok, type Result } from "../domain/result.ts";
import { faultOfListPath } from "./build-match.ts";
import { PACKS_MAX, type RuleFiles } from "./compile.ts";
import { FILE_BYTES_MAX, listsNamedBy } from "./rule-file.ts";
import type { Problem } from "./rule.ts";

export type FolderReading =
  { readonly ok: true; readonly files: RuleFiles } | { readonly ok: false; readonly problems: readonly Problem[] };

// All of it is held in memory twice while it is compiled.
const FOLDER_BYTES_MAX = 32 * 1024 * 1024;

export async function readRuleFolder(dir: string): Promise<FolderReading> {
  return (await readWithLists(dir)).reading;
}

/** Also which lists the packs name, there or not: the watcher keeps an eye on them. */
async function readWithLists(dir: string): Promise<{ reading: FolderReading; lists: readonly string[] }> {
  const listed = await packNames(dir);
  if (!listed.ok) return { reading: { ok: false, problems: [listed.error] }, lists: [] };
  const files = new Map<string, string>();
  const problems: Problem[] = [];
  let bytes = 0;
  const bring = async (path: string): Promise<void> => {
    const read = await readRegularFile(dir, path);
    if (!read.ok) {
      if (read.error) problems.push(read.error);
      return;
    }
    bytes += read.value.length;
    const text = decoded(path, read.value);
    if (text.ok) files.set(path, text.value);
    else problems.push(text.error);
  };

  for (const name of listed.value) await bring(name);
  const lists = listsOf(files);
  for (const path of lists) if (bytes <= FOLDER_BYTES_MAX) await bring(path);
  if (bytes > FOLDER_BYTES_MAX) {
    problems.push(fault(".", `The rules folder holds more than ${FOLDER_BYTES_MAX} bytes. Remove some of the lists.`));
  }
  return { reading: problems.length > 0 ? { ok: false, problems } : { ok: true, files }, lists };
}

export type WatchParts = {
  readonly dir: string;
  /** What the caller has now; only something else is worth a call. */
  readonly files: RuleFiles | undefined;
  /** Resolves when it is time to look again, and at once when `signal` is aborted. */
  readonly wait: (signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onChange: (reading: FolderReading) => void | Promise<void>;
};

/**
 * Looks at the folder again and again until `signal` is aborted. Polls, because notifications of file systems do not
 * cross containers and network mounts. A change counts when the next look finds the same: half a file that is just
 * being written is no change yet.
 */
export async function watchRuleFolder({ dir, files, wait, signal, onChange }: WatchParts): Promise<void> {
  let known = files;
  let failure: string | undefined; // What was said last of a folder that could not be read.
  let lists = listsOf(files ?? new Map());
  let before: string | undefined;
  let read: string | undefined; // The prints of what was read last.
  while (!signal.aborted) {
    await wait(signal);
    if (signal.aborted) return;
    const now = await fingerprint(dir, lists);
    const isStable = now === before;
    before = now;
    if (!isStable || now === read) continue;

    const { reading, lists: named } = await readWithLists(dir);
    // Other lists are to be looked at from now on, or somebody wrote meanwhile: then the next looks tell. What is taken for
    // read is a print from before it was read, so that nothing that is written from here on is taken for it.
    const isAsBefore = named.join("\n") === lists.join("\n") && (await fingerprint(dir, lists)) === now;
    lists = named;
    if (!isAsBefore) continue;
    read = now;
    const problems = reading.ok ? undefined : JSON.stringify(reading.problems);
    const isNews = reading.ok ? failure !== undefined || !isSame(reading.files, known) : problems !== failure;
    if (reading.ok) known = reading.files;
    failure = problems;
    if (isNews) await onChange(reading);
  }
}

/** The lists that the packs among these files name. */
function listsOf(files: RuleFiles): readonly string[] {
  const named = [...files].flatMap(([name, text]) => (isPackName(name) ? listsNamedBy(name, text) : []));
  return [...new Set(named)].filter((path) => faultOfListPath(path) === undefined);
}

function isPackName(name: string): boolean {
  return /^[^./\\][^/\\]*\.ya?ml$/.test(name);
}

async function packNames(dir: string): Promise<Result<readonly string[], Problem>> {
  try {
    const names = (await readdir(dir)).filter(isPackName).sort();
    if (names.length <= PACKS_MAX) return ok(names);
    return failed(fault(".", `There are ${names.length} packs; at most ${PACKS_MAX} are read. Join some of them.`));
  } catch (thrown) {
    return failed(fault(".", `The rules folder ${dir} cannot be read (${codeOf(thrown)}). Set EMEND_RULES_DIR.`));
  }
}

/** The bytes of a file, or what is wrong with it; no error at all for a list that is not there: its pack says so. */
async function readRegularFile(dir: string, path: string): Promise<Result<Buffer, Problem | undefined>> {
  try {
    const whole = await realpath(join(dir, path));
    // Links are how secrets and config maps are mounted, but they have no business outside of the folder.
    if (!whole.startsWith((await realpath(dir)) + sep)) {
      return failed(fault(path, "The file is a link that leaves the rules folder. Put the file itself there."));
    }
    // Without this flag, opening a pipe waits for somebody to write into it.
    await using file = await open(whole, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await file.stat();
    if (!found.isFile()) return failed(fault(path, "This is not a regular file. Remove it, or give it another name."));
    if (found.size > FILE_BYTES_MAX) return failed(tooLarge(path));
    // One byte more than there should be tells whether the file has grown since.
    const bytes = Buffer.alloc(found.size + 1);
    const length = await fill(file, bytes);
    return length > found.size ? failed(changing(path)) : ok(bytes.subarray(0, length));
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === "ENOENT" && path.endsWith(".txt")) return failed(undefined);
    return failed(fault(path, `The file cannot be read (${code}). Check that it exists and who may read it.`));
  }
}

async function fill(file: Awaited<ReturnType<typeof open>>, bytes: Buffer): Promise<number> {
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

function decoded(path: string, bytes: Buffer): Result<string, Problem> {
  try {
    return ok(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    // What was decoded before the first fault tells the line.
    const good = new TextDecoder("utf-8").decode(bytes).split("\uFFFD", 1)[0] ?? "";
    const line = good.split("\n").length;
    const column = good.length - good.lastIndexOf("\n");
    return failed({ ...fault(path, "This is not UTF-8. Save the file as UTF-8."), line, column });
  }
}

/** Changes whenever a file may have: cheap to take, and taken from what every file system has. */
async function fingerprint(dir: string, lists: readonly string[]): Promise<string> {
  const listed = await packNames(dir);
  if (!listed.ok) return listed.error.message;
  const prints = [...listed.value, ...lists].map(async (path) => {
    try {
      const { size, mtimeNs, ctimeNs, ino, mode } = await stat(join(dir, path), { bigint: true });
      return `${path} ${size} ${mtimeNs} ${ctimeNs} ${ino} ${mode}`;
    } catch (thrown) {
      return `${path} ${codeOf(thrown)}`;
    }
  });
  return (await Promise.all(prints)).join("\n");
}

function isSame(a: RuleFiles, b: RuleFiles | undefined): boolean {
  return b !== undefined && a.size === b.size && [...a].every(([path, text]) => b.get(path) === text);
}

const tooLarge = (path: string): Problem =>
  fault(path, `The file is larger than ${FILE_BYTES_MAX} bytes. Split it in two.`);
const changing = (path: string): Problem => fault(path, "The file grew while it was read. Try again.");

function fault(file: string, message: string): Problem {
  return { file, line: 1, column: 1, message, severity: "error" };
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);
}
