import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { modificationStates } from "../../src/domain/modification.ts";
import { messageQuery } from "../../src/http/console-types/messages.ts";
import type { AuditEntry } from "../../src/domain/audit.ts";
import type { EditVerdict } from "../../src/domain/edit.ts";
import type { Reconsidered } from "../../src/flows/reconsider.ts";
import type { EditEnding } from "../../src/ports/edits.ts";
import { fieldFault } from "../../src/http/console-types/problem.ts";
import { guardNames } from "../../src/rules/matching/guards.ts";
import { auditFilterNames, messageFilterNames } from "../../src/web/text/filters.ts";
import { dictionaries, languageOf, languages, nameReason, sayFieldError } from "../../src/web/text/dictionary.ts";

const sources = (folder: string): readonly (readonly [string, string])[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")] as const);

type Leaf = string | ((...given: string[]) => string);
function leavesOf(branch: object, path = ""): ReadonlyMap<string, Leaf> {
  return new Map(
    Object.entries(branch).flatMap(([name, value]: [string, Leaf | object]) =>
      typeof value === "object" ? [...leavesOf(value, `${path}${name}.`)] : [[path + name, value] as const],
    ),
  );
}

/** What is one word in every language. */
const international = /^(Emend|\S* · Emend|#|API|…|\S+ \/ \S+|emend.*)$/;
/** Where the API's own English sentence stands in for a missing one. */
const onlyTranslated = /^(problems|nextSteps)\./;

describe("the page's words", () => {
  const [en, zh] = [leavesOf(dictionaries.en), leavesOf(dictionaries.zh)];

  it("are the same in both languages, none missing and none too many", () => {
    const names = (of: ReadonlyMap<string, Leaf>) => [...of.keys()].filter((name) => !onlyTranslated.test(name)).sort();
    assert.deepEqual(names(zh), names(en));
  });

  it("stand in one file each: of two sections of one name the later would win unseen", async () => {
    for (const language of languages) {
      const pages = readdirSync(`src/web/text/${language}`).map((name) => `../../src/web/text/${language}/${name}`);
      const told = await Promise.all(
        pages.map(async (page) => (await import(page)) as Readonly<Record<string, object>>),
      );
      const sections = told.flatMap((page) => Object.values(page)).flatMap((page) => Object.keys(page));
      assert.deepEqual(sections.sort(), Object.keys(dictionaries[language]).sort());
    }
  });

  it("are never empty, and say every value that they are given", () => {
    for (const [name, leaf] of [...en, ...zh]) {
      const values = ["«1»", "«2»"].slice(0, typeof leaf === "string" ? 0 : leaf.length);
      const said = typeof leaf === "string" ? leaf : leaf(...values);
      assert.notEqual(said.trim(), "", name);
      for (const value of values) assert.ok(said.includes(value), `${name} leaves a value out`);
    }
  });

  it("are Chinese in Chinese, and have none in English", () => {
    const sayAll = (leaf: Leaf) => (typeof leaf === "string" ? leaf : leaf("1", "2"));
    for (const [name, leaf] of zh) {
      assert.ok(/\p{Script=Han}/u.test(sayAll(leaf)) || international.test(sayAll(leaf)), `${name}: ${sayAll(leaf)}`);
    }
    for (const [name, leaf] of en) assert.doesNotMatch(sayAll(leaf), /\p{Script=Han}/u, name);
  });

  it("has a word for everything that can be filtered by", () => {
    const { state, verdict, origin, decision } = messageQuery.shape;
    for (const { states, verdicts, origins, decisions } of Object.values(dictionaries)) {
      for (const word of modificationStates) assert.ok(Object.hasOwn(states, word), word);
      for (const [names, shape] of [
        [states, state],
        [verdicts, verdict],
        [origins, origin],
        [decisions, decision],
      ] as const) {
        for (const word of shape.unwrap().options) assert.ok(Object.hasOwn(names, word), word);
      }
    }
  });

  it("says of every edit what came of it, and of every look back what it led to", () => {
    type Closed = Extract<EditEnding, { readonly kind: "closed" }>["outcome"];
    // An edit that stands for its message is shown as that.
    const outcomes: Readonly<Record<"open" | EditVerdict | Exclude<Closed, "adopted">, true>> = {
      ...{ open: true, pass: true, review: true, rewrite: true, guard: true, guard_exhausted: true, put_back: true },
      ...{ unchanged: true, failed: true, gone: true, unknown_message: true, overtaken: true, recalled: true },
    };
    type Read = Exclude<Reconsidered, { readonly kind: "unread" | "unjudged" | "give_back" }>;
    type Next = Extract<Read, { readonly kind: "end" }>["state"] | Exclude<Read["kind"], "end">;
    const nexts: Readonly<Record<Next, true>> = {
      ...{ retry: true, revise: true, applied: true, refused: true, given_up: true, cancelled: true },
    };
    for (const { editOutcomes, readBacks } of Object.values(dictionaries)) {
      assert.deepEqual(Object.keys(editOutcomes).sort(), Object.keys(outcomes).sort());
      assert.deepEqual(Object.keys(readBacks).sort(), Object.keys(nexts).sort());
    }
  });

  it("has a word for every act of the audit log, so that it can be filtered by", () => {
    // The type demands that none is left out here, and the check that none is left out there.
    const acts: Readonly<Record<AuditEntry["act"], true>> = {
      ...{ decision: true, answer: true, revision: true, rules: true, judging_failed: true, take_over: true },
      ...{ rule_limited: true, recovered: true, gap_given_up: true, edit: true, recall: true, guard_exhausted: true },
      ...{ erase: true, purge: true, retry: true, rescan: true, sign_in: true, sign_in_failed: true, sign_out: true },
      ...{ session_revoked: true, account_added: true, account_changed: true, password_changed: true },
      ...{ token_added: true, token_revoked: true, setup_link: true, verdict: true, look: true, export: true },
      ...{ restore: true, mask_by_hand: true, bulk_restore: true, allow_phrase: true },
    };
    for (const { logged } of Object.values(dictionaries)) {
      assert.deepEqual(Object.keys(logged).sort(), Object.keys(acts).sort());
    }
  });

  it("has a Chinese sentence and a next step for every problem that the API can have", () => {
    const codes = new Set<string>();
    for (const [, source] of sources("src/http")) {
      for (const [, code = ""] of source.matchAll(/problem\(\s*\d{3},\s*"([a-z-]+)"/g)) codes.add(code);
    }
    assert.ok(codes.size > 20);
    const { problems, nextSteps } = dictionaries.zh;
    for (const code of codes) {
      assert.ok(Object.hasOwn(problems, code) || code === "password-refused", `no sentence for ${code}`);
      assert.ok(Object.hasOwn(nextSteps, code), `no next step for ${code}`);
    }
  });

  it("says in both languages what may be wrong with a field, by its name on the page", () => {
    for (const dictionary of Object.values(dictionaries)) {
      const { fields, fieldFaults, fieldLimits } = dictionary;
      assert.deepEqual(Object.keys({ ...fieldFaults, ...fieldLimits }).sort(), [...fieldFault.options].sort());
      for (const name of [...messageFilterNames, ...auditFilterNames]) assert.ok(Object.hasOwn(fields, name), name);
    }
    const tooShort = { path: "query.q", code: "too-short", limit: 2, detail: "", next: "" } as const;
    assert.equal(sayFieldError(dictionaries.en, tooShort), "Search: This takes 2 characters or more.");
    assert.equal(sayFieldError(dictionaries.zh, tooShort), "“搜索”一栏：至少 2 个字符。");
    const nobodys = { path: "body.spans.0.start", code: "unreadable", detail: "", next: "" } as const;
    assert.equal(sayFieldError(dictionaries.zh, nobodys), "无法识别。");
  });

  it("has a word for every guard that may speak against a hit", () => {
    for (const { rules } of Object.values(dictionaries)) {
      assert.deepEqual(Object.keys(rules.guards).sort(), ["allow", ...guardNames].sort());
    }
  });

  it("says reasons that end in a code of Tencent's, and shows one that is not known as it is", () => {
    assert.equal(nameReason(dictionaries.en, "tencent_20004"), "Tencent refused it: 20004");
    assert.equal(nameReason(dictionaries.zh, "unknown_code_-5"), "未知的答复：-5");
    assert.equal(nameReason(dictionaries.en, "live_group"), "live group");
    assert.equal(nameReason(dictionaries.en, "constructor"), "constructor");
    assert.equal(nameReason(dictionaries.en, "constructor_1"), "constructor_1");
  });

  for (const [wanted, language] of [
    [["zh-CN", "en"], "zh"],
    [["zh-Hant-TW"], "zh"],
    [["de-DE", "en-GB", "zh"], "en"],
    [["fr"], "en"],
    [[], "en"],
  ] as const) {
    it(`are ${language} for a browser that asks for ${wanted.join(", ") || "nothing"}`, () => {
      assert.equal(languageOf(wanted), language);
    });
  }
});
