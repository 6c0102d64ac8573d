/** Reads one pack: YAML, then its form. Every fault has its place and a next step. */
import type { z } from "zod";
import { listsIn } from "./build-match.ts";
import { didYouMean } from "./did-you-mean.ts";
import { keysAt, packSchema, type PackSource } from "./rule-schema.ts";
import type { Position, Problem } from "./rule.ts";
import { readYaml, type YamlTree } from "./yaml-tree.ts";

export type Pack = {
  readonly file: string;
  readonly source: PackSource;
  /** Where the value at a path of the pack stands. */
  at(path: readonly PropertyKey[]): Position;
};

export type PackReading =
  { readonly ok: true; readonly pack: Pack } | { readonly ok: false; readonly problems: readonly Problem[] };

// Room for a list of 200,000 words of twenty bytes, which is twice the largest public one.
export const FILE_BYTES_MAX = 4 * 1024 * 1024;

export function readPack(file: string, text: string): PackReading {
  const tree = readYaml(text.replace(/^\uFEFF/, ""));
  const problem = (at: Position, message: string): Problem => ({
    file,
    line: at.line,
    column: at.column,
    message,
    severity: "error",
  });
  const yamlProblems = tree.faults.map((fault) => problem(fault, fault.message));
  // The form of what could not be read says nothing true.
  if (yamlProblems.length > 0) return { ok: false, problems: yamlProblems };
  const read = packSchema.safeParse(tree.value);
  if (read.success) return { ok: true, pack: { file, source: read.data, at: tree.at } };
  return {
    ok: false,
    problems: read.error.issues.flatMap((issue) =>
      faultsOf(issue, tree).map(({ at, message }) => problem(at, message)),
    ),
  };
}

/** The lists that a pack names, as far as it can be read: `rule-folder.ts` brings them. */
export function listsNamedBy(file: string, text: string): readonly string[] {
  const reading = readPack(file, text);
  return reading.ok ? reading.pack.source.rules.flatMap((rule) => listsIn(rule.match)) : [];
}

type Fault = { readonly at: Position; readonly message: string };

function faultsOf(issue: z.core.$ZodIssue, tree: YamlTree): readonly Fault[] {
  const { path } = issue;
  const at = tree.at(path);
  const value = valueAt(tree.value, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        at: tree.keyAt([...path, key]),
        message:
          `There is no "${key}" here.${didYouMean(key, keysAt(path))}` + ` Known here: ${keysAt(path).join(", ")}.`,
      }));
    case "invalid_union": {
      const meant = typeof value === "string" && keyOf(path) === "mask" ? undefined : branchMeant(issue.errors);
      if (!meant) return [{ at, message: typeSentence(issue, path, value) }];
      return meant.flatMap((inner) => faultsOf({ ...inner, path: [...path, ...inner.path] }, tree));
    }
    case "invalid_type":
      return [{ at, message: typeSentence(issue, path, value) }];
    case "invalid_value": {
      const known = issue.values.map(String);
      if (typeof value !== "string") return [{ at, message: typeSentence(issue, path, value) }];
      return [
        { at, message: `"${value}" is not one of ${known.join(", ")}.${didYouMean(value, known)} Use one of them.` },
      ];
    }
    default:
      return [{ at, message: issue.message }];
  }
}

/** Where a place may hold this or that: the faults seen from the one whose type the author has chosen. */
function branchMeant(branches: readonly z.core.$ZodIssue[][]): readonly z.core.$ZodIssue[] | undefined {
  const isOfType = (branch: readonly z.core.$ZodIssue[]): boolean =>
    branch.every(({ code, path }) => path.length > 0 || (code !== "invalid_type" && code !== "invalid_value"));
  const isOfWords = (branch: readonly z.core.$ZodIssue[]): boolean =>
    branch.every((issue) => issue.code === "invalid_value" && issue.values.length > 1);
  return branches.find(isOfType) ?? branches.find(isOfWords);
}

const MASKS = ["stars", "fixed", "keep-first", "none"];

function typeSentence(issue: z.core.$ZodIssue, path: readonly PropertyKey[], value: unknown): string {
  const key = keyOf(path);
  if (value === undefined) return `"${key}" is missing. Add it here.`;
  if (key === "untouched") return `"untouched" can only be true. Write untouched: true, or use "becomes".`;
  if (key === "becomes")
    return `"becomes" takes a text, or a list of texts. Write becomes: "…" or becomes: ["…", "…"].`;
  if (key === "mask") {
    const hint = typeof value === "string" ? didYouMean(value, MASKS) : "";
    return `A mask is one of ${MASKS.join(", ")}, or {text: "…"}.${hint} Use one of these.`;
  }
  const expected = "expected" in issue ? String(issue.expected) : "string";
  if (expected === "array") return `"${key}" is a list. Write [one, two], or one entry a line after "- ".`;
  if (expected === "object") {
    const where = path.length === 0 ? "A pack" : `"${key}"`;
    return `${where} is a map. Write keys and values, such as ${keysAt(path)[0] ?? "key"}: …`;
  }
  return `"${key}" takes plain text here. Write one value, in quotes if it holds : # [ or {.`;
}

function keyOf(path: readonly PropertyKey[]): string {
  return String(path.findLast((step) => typeof step === "string") ?? "the file");
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}
