import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { tableTexts } from "../../../scripts/tables.ts";
import { LETTERS, RADICALS } from "../../../src/rules/tables/letters.ts";
import { LOOKALIKE_CAPITALS, LOOKALIKES } from "../../../src/rules/tables/lookalikes.ts";
import { pairsOf } from "../../../src/rules/tables/pairs.ts";
import { SIMPLIFIED } from "../../../src/rules/tables/simplified.ts";
import { letters, lookalikes } from "./characters.ts";

describe("generated tables", () => {
  for (const [name, text] of Object.entries(tableTexts())) {
    it(`${name} is not stale (npm run tables)`, () => {
      // Compared before it is asserted: a difference of a megabyte says nothing.
      const isFresh = readFileSync(new URL(`../../../src/rules/tables/${name}`, import.meta.url), "utf8") === text;
      assert.ok(isFresh);
    });
  }
});

describe("tables of pairs", () => {
  for (const [name, table] of Object.entries({ SIMPLIFIED, RADICALS, LETTERS, LOOKALIKES, LOOKALIKE_CAPITALS })) {
    it(`${name} says one thing about a character, and no thing twice`, () => {
      const sources = pairsOf(table).map(([source]) => source);
      assert.equal([...table].length % 2, 0);
      assert.equal(new Set(sources).size, sources.length);
      for (const [source, target] of pairsOf(table)) assert.notEqual(source, target);
    });
  }

  it("no character is both always a letter and only like one", () => {
    for (const character of lookalikes.keys()) assert.ok(!letters.has(character), character);
  });
});
