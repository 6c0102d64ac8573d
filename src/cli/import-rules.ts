/** `emend rules import`: a word list from elsewhere becomes a list or a pack of ours. */
import { createWriteStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { decodeList, IMPORT_BYTES_MAX, importList } from "../rules/import-list.ts";
import type { CliContext, ExitCode } from "./environment.ts";
import { exit } from "./environment.ts";

export async function rulesImport(file: string, to: string | undefined, context: CliContext): Promise<ExitCode> {
  if (to !== undefined && (await exists(to))) {
    context.say(`${to} exists already and is left alone. Name a file that does not exist, or remove it first.`);
    return exit.usage;
  }
  const bytes = await bytesOrFault(file);
  if (typeof bytes === "string") {
    context.say(`${file}: ${bytes}`);
    return exit.usage;
  }
  const text = decodeList(bytes);
  if (text === undefined) {
    context.say(`${file}: This is neither UTF-8 nor UTF-16. Convert it first: iconv -f GB18030 -t UTF-8.`);
    return exit.failed;
  }
  const { kind, pieces, entries, skipped } = importList(basename(file), text);
  for (const { line, reason } of skipped) context.say(`${file}:${line}: ${reason}`);
  if (entries === 0) {
    context.say(`${file}: no row can be used (${skipped.length} skipped).`);
    return exit.failed;
  }
  if (to === undefined) for (const piece of pieces) context.out(piece);
  else {
    try {
      // The flag keeps a file that somebody made meanwhile.
      await pipeline(Readable.from(pieces), createWriteStream(to, { flags: "wx" }));
    } catch (thrown) {
      context.say(`${to} cannot be written (${codeOf(thrown)}). Check that its folder exists, is yours and has room.`);
      return exit.failed;
    }
  }
  context.say(
    `${file}: ${entries} entries written as a ${kind}${to === undefined ? "" : ` to ${to}`}, ${skipped.length} skipped.`,
  );
  return exit.done;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function bytesOrFault(path: string): Promise<Uint8Array | string> {
  try {
    // Looked at before it is opened: a pipe would wait for somebody to write into it.
    const found = await stat(path);
    if (!found.isFile()) return "This is not a regular file. Name one.";
    if (found.size > IMPORT_BYTES_MAX) return `The file is larger than ${IMPORT_BYTES_MAX} bytes. Split it.`;
    return await readFile(path);
  } catch (thrown) {
    return `The file cannot be read (${codeOf(thrown)}). Check its name and who may read it.`;
  }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);
}
