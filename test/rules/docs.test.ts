import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileRules, problemLine } from "../../src/rules/compile.ts";
import { NAMED_MATCHERS } from "../../src/rules/named.ts";
import { readRuleFolder } from "../../src/rules/rule-folder.ts";
import { keysAt } from "../../src/rules/rule-schema.ts";
import { FOLD_KINDS } from "../../src/rules/rule.ts";
import { SHIPPED } from "./support.ts";

const guide = readFileSync(join(SHIPPED, "../docs/rules.md"), "utf8");
const examples = [...guide.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, yaml]) => yaml ?? "");

describe("the guide to rules", () => {
  it("has examples", () => assert.ok(examples.length >= 10));

  examples.forEach((example, index) => {
    it(`shows a good example ${index + 1}: ${/id: (\S+)/.exec(example)?.[1] ?? ""}`, async () => {
      const shipped = await readRuleFolder(SHIPPED);
      assert.ok(shipped.ok);
      const lists = [...shipped.files].filter(([path]) => path.endsWith(".txt"));
      const pack = /^pack:/m.test(example) ? example : `pack: example\nrules:\n${example.replace(/^/gm, "  ")}`;
      const result = compileRules(new Map([["a.yaml", pack], ...lists]), { exemptSenders: [] });
      assert.deepEqual((result.ok ? result.warnings : result.problems).map(problemLine), []);
    });
  });

  it("names every key, switch and matcher that there is", () => {
    const keys = [
      ...["rules.0", "rules.0.match", "rules.0.scope", "rules.0.limits", "rules.0.tests.0", "rules.0.action"].flatMap(
        (path) => keysAt(path.split(".").map((step) => (step === "0" ? 0 : step))),
      ),
      ...FOLD_KINDS,
      ...Object.keys(NAMED_MATCHERS),
    ];
    assert.deepEqual(
      keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(guide)),
      [],
    );
  });
});
