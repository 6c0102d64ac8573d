import assert from "node:assert/strict";
import { format, inspect } from "node:util";
import { Secret } from "../../src/domain/secret.ts";

const secret = new Secret("hunter2");

describe("a secret", () => {
  it("is told to the one call that asks for it", () => assert.equal(secret.reveal(), "hunter2"));

  for (const [sentence, shown] of [
    ["as a text", String(secret)],
    ["in a template", `${String(secret)}`],
    ["joined", ["key", secret].join("=")],
    ["as JSON", JSON.stringify({ secret })],
    ["in a log", format("%s %o %O %j", secret, secret, secret, secret)],
    ["inspected with everything hidden shown", inspect({ secret }, { showHidden: true, depth: Infinity })],
    ["by its properties", JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret).map(String), { ...secret }])],
    ["in a copy", inspect(structuredClone({ ...secret }))],
  ] as const) {
    it(`does not show ${sentence}`, () => assert.doesNotMatch(shown, /hunter2/));
  }
});
