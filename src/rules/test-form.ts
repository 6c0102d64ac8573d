/** What a test of a rule must say to be one: what is judged, and what comes out. */
import type { TestSource } from "./rule-schema.ts";

/** Says what is wrong with a test, with a next step; undefined when it can be run. */
export function faultOfTestForm(test: TestSource): string | undefined {
  const { becomes, untouched, flagged } = test;
  const judged = [test.text, test.elements, test.messages].filter((each) => each !== undefined);
  if (judged.length !== 1) return "A test judges one thing. Give either text, elements or messages.";
  const says = [becomes, untouched, flagged].filter((each) => each !== undefined).length;
  if (says === 0 || (untouched !== undefined && says > 1)) {
    return `A test says what comes out. Give either becomes: "…" (and flagged, if you like) or untouched: true.`;
  }
  if (becomes === undefined) return undefined;
  if (test.text !== undefined) {
    return typeof becomes === "string" ? undefined : `One text becomes one text. Write becomes: "…".`;
  }
  const { length } = test.elements ?? test.messages ?? [];
  if (typeof becomes !== "string" && becomes.length === length) return undefined;
  return `${length} texts become ${length} texts. Write becomes: […] with one for each.`;
}
