/**
 * A false positive, dealt with where it comes from: an allow phrase goes into the file of the rule, and the sentence with
 * it, as a test that the rule has to pass from now on. All tests of the folder run first. The watcher takes the file up
 * like any other change; nothing is written over a version that somebody else has written meanwhile.
 */
import { createHash } from "node:crypto";
import type { RuleId } from "../domain/decision.ts";
import type { Element, Place, UserId } from "../domain/message.ts";
import type { Clock } from "../domain/time.ts";
import { epochMs } from "../domain/time.ts";
import { unifiedDiff } from "../domain/unified-diff.ts";
import type { MaskedAt, Wanted } from "../ports/desk.ts";
import type { MessageId } from "../ports/store.ts";
import type { Compilation, RuleDefaults, RuleFiles } from "../rules/compile.ts";
import { problemLine } from "../rules/compile.ts";
import { addToRule } from "../rules/edit-pack.ts";
import { hitsIn } from "../rules/mask-text.ts";
import type { Replaced } from "../rules/replace-file.ts";
import type { FolderReading } from "../rules/rule-folder.ts";
import type { RuleSet } from "../rules/rule-set.ts";
import { leftAloneBecause } from "./bulk-restore.ts";
import type { ByHandParts, TellParts, Words } from "./by-hand.ts";
import { tell } from "./by-hand.ts";

export type AllowRequest = {
  readonly message: MessageId;
  readonly rule: RuleId;
  readonly phrase: string;
  /** The version that was shown: what was written since is not written over. Undefined: whatever is there. */
  readonly base: string | undefined;
  readonly dryRun: boolean;
};

/** Other messages in which the rule has masked the same words. */
export type Siblings = {
  readonly sameWords: number;
  /** Of these: with the new phrase the rule would leave them alone, and they can be restored. */
  readonly restorable: readonly MessageId[];
  /** Messages that the rule masked and that were compared. */
  readonly looked: number;
};

export type Allowed = {
  readonly file: string;
  readonly diff: string;
  /** Names the version that the change is made to. */
  readonly base: string;
  /** The whole new file. */
  readonly text: string;
  readonly warnings: readonly string[];
  readonly siblings: Siblings;
};

export type AllowOutcome =
  | ({ readonly kind: "shown" } & Allowed)
  | ({ readonly kind: "written" } & Allowed)
  | ({ readonly kind: "read_only" } & Allowed)
  | { readonly kind: "unknown" | "original_not_kept" | "not_masked" | "unknown_rule" | "already_allowed" | "changed" }
  | { readonly kind: "folder_broken" | "tests_failed"; readonly problems: readonly string[] };

export type AllowPhrase = (actor: string, request: AllowRequest, signal: AbortSignal) => Promise<AllowOutcome>;

export type AllowPhraseParts = TellParts &
  Pick<ByHandParts, "store"> & {
    readonly readFolder: () => Promise<FolderReading>;
    readonly replaceFile: (file: string, before: string, after: string) => Promise<Replaced>;
    /** Compiles without holding up callbacks. */
    readonly compile: (files: RuleFiles, defaults: RuleDefaults, signal: AbortSignal) => Promise<Compilation>;
    readonly exemptSenders: readonly UserId[];
    readonly clock: Pick<Clock, "now">;
  };

/** Tests of rules take no longer ones; a sentence of a chat is shorter. */
const SENTENCE_UNITS_MAX = 10_000;
/** The newest messages among which siblings are looked for, and how many are compared: a second's work, in small bites. */
const SIBLINGS_BACK = 200_000;
const SIBLINGS_LOOKED_MAX = 5_000;
const SIBLINGS_SHOWN_MAX = 1_000;
const BITE_MESSAGES = 25;

export function createAllowPhrase(parts: AllowPhraseParts): AllowPhrase {
  const { store, clock } = parts;

  /** @returns the text that the rule hit, and what it hit there */
  const hitBy = async (message: MessageId, rule: RuleId, words: Words) => {
    const hits = hitTexts(await store.maskedAt(message), rule, words);
    const [first] = hits;
    return first && { sentence: first.text, hits: new Set(hits.map(({ hit }) => sameWords(hit))) };
  };

  const siblingsOf = async (
    { message, rule }: AllowRequest,
    hits: ReadonlySet<string>,
    ruleSet: RuleSet,
    signal: AbortSignal,
  ): Promise<Siblings> => {
    const place = ruleSet.rules.findIndex(({ id }) => id === rule);
    const isLeftAlone = (text: string): boolean => hitsIn(ruleSet, text, { ruleAlone: place }).length === 0;
    const last = await store.lastMessage();
    const ever = { since: epochMs(0), until: epochMs(Number.MAX_SAFE_INTEGER) };
    const wanted: Wanted = { kind: "rule", rule, revision: undefined, ...ever };
    const restorable: MessageId[] = [];
    let [same, looked] = [0, 0];
    for (let after = Math.max(0, last - SIBLINGS_BACK) as MessageId; after < last && looked < SIBLINGS_LOOKED_MAX;) {
      signal.throwIfAborted();
      const { found, upTo } = await store.masked(wanted, { after, last }, BITE_MESSAGES);
      for (const masked of found.filter(({ subject }) => subject.id !== message)) {
        looked++;
        const told = leftAloneBecause(parts, wanted, masked);
        if (typeof told === "string") continue;
        const theirs = hitTexts(await store.maskedAt(masked.subject.id), rule, told.words);
        if (!theirs.some(({ hit }) => hits.has(sameWords(hit)))) continue;
        same++;
        const isFree = theirs.every(({ text }) => isLeftAlone(text));
        if (isFree && restorable.length < SIBLINGS_SHOWN_MAX) restorable.push(masked.subject.id);
      }
      after = upTo;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { sameWords: same, restorable, looked };
  };

  /** What is wrong with the folder on disk without our change. */
  const problemsOf = async (files: RuleFiles, signal: AbortSignal): Promise<readonly string[]> => {
    const compiled = await parts.compile(files, defaults(), signal);
    return compiled.ok ? [] : compiled.problems.map(problemLine);
  };
  const defaults = (): RuleDefaults => ({ exemptSenders: parts.exemptSenders, now: clock.now() });

  return async (actor, request, signal) => {
    const { message, rule, phrase, dryRun } = request;
    const subject = await store.subject(message);
    if (subject === undefined) return { kind: "unknown" };
    // Whatever became of the message since: its words are what the rule was wrong about.
    const told = tell(parts, { ...subject, passedOver: undefined });
    if ("why" in told) return { kind: "original_not_kept" };
    const hit = await hitBy(message, rule, told.words);
    if (hit === undefined) return { kind: "not_masked" };

    const reading = await parts.readFolder();
    if (!reading.ok) return { kind: "folder_broken", problems: reading.problems.map(problemLine) };
    const untouched = hit.sentence.length > SENTENCE_UNITS_MAX ? phrase : hit.sentence;
    const change = changeOf(reading.files, rule, { allow: phrase, untouched });
    if (change === undefined) {
      const problems = await problemsOf(reading.files, signal);
      return problems.length > 0 ? { kind: "folder_broken", problems } : { kind: "unknown_rule" };
    }
    const { file, before, after } = change;
    if (after === before) return { kind: "already_allowed" };
    const base = digestOf(before);
    if (request.base !== undefined && request.base !== base) return { kind: "changed" };

    const compiled = await parts.compile(new Map([...reading.files, [file, after]]), defaults(), signal);
    if (!compiled.ok) {
      const before = await problemsOf(reading.files, signal);
      if (before.length > 0) return { kind: "folder_broken", problems: before };
      return { kind: "tests_failed", problems: compiled.problems.map(problemLine) };
    }
    const siblings = await siblingsOf(request, hit.hits, compiled.ruleSet, signal);
    const warnings = compiled.warnings.map(problemLine);
    const allowed: Allowed = { file, base, text: after, diff: unifiedDiff(file, before, after), warnings, siblings };
    if (dryRun) return { kind: "shown", ...allowed };

    const replaced = await parts.replaceFile(file, before, after);
    if (replaced === "changed") return { kind: "changed" };
    if (replaced === "read_only") return { kind: "read_only", ...allowed };
    // The phrase may be what somebody wrote: the log has its digest.
    const detail = { rule, file, phrase: digestOf(phrase), revision: compiled.ruleSet.revision };
    await store.auditOnly([{ at: clock.now(), actor, act: "allow_phrase", messageId: message, detail }]);
    return { kind: "written", ...allowed };
  };
}

function changeOf(files: RuleFiles, rule: RuleId, addition: { allow: string; untouched: string }) {
  for (const [file, before] of files) {
    if (!/\.ya?ml$/.test(file)) continue;
    const after = addToRule(before, rule, addition);
    if (after !== undefined) return { file, before, after };
  }
  return undefined;
}

/** Where the rule hit these words: the whole text there, and what it hit. */
function hitTexts(masks: readonly MaskedAt[], rule: RuleId, { by, elements }: Words) {
  const edit = by.kind === "edit" ? by.edit : undefined;
  return masks
    .filter((mask) => mask.rule === rule && mask.edit === edit)
    .flatMap(({ place, span: { start, end } }) => {
      const text = textAt(elements[place.element], place);
      return text === undefined || end > text.length ? [] : [{ text, hit: text.slice(start, end) }];
    });
}

function textAt(element: Element | undefined, place: Place): string | undefined {
  if (element === undefined) return undefined;
  switch (place.part) {
    case "text":
      return element.kind === "text" ? element.text : undefined;
    case "label":
      return element.kind === "face" ? element.label : undefined;
    case "description":
      return element.kind === "location" || element.kind === "custom" ? element.description : undefined;
    case "name":
      return element.kind === "file" ? element.name : undefined;
    case "merged":
      return element.kind === "merged" ? element.texts[place.index] : undefined;
    case "data":
    case "extension":
      return element.kind === "custom" ? stringIn(element[place.part], place.path) : undefined;
    default:
      return place satisfies never;
  }
}

function stringIn(json: string, path: readonly (string | number)[]): string | undefined {
  try {
    let value: unknown = JSON.parse(json);
    for (const step of path) {
      if (typeof value !== "object" || value === null) return undefined;
      value = (value as Readonly<Record<string | number, unknown>>)[step];
    }
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

const sameWords = (hit: string): string => hit.normalize("NFKC").toLowerCase();

const DIGEST_DIGITS = 16;
const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, DIGEST_DIGITS);
