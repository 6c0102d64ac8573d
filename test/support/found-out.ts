/** The promise's own test over the program that breaks it: it has to fail, and for the reason that it is there for. */
import assert from "node:assert/strict";
import type { Workshop } from "./sabotage.ts";
import { openWorkshop } from "./sabotage.ts";
import type { Sabotage } from "./saboteurs.ts";
import { skipBecause } from "./skip.ts";

export function areFoundOut(title: string, saboteurs: readonly Sabotage[]): void {
  describe(title, function () {
    this.timeout(240_000);
    let workshop: Workshop;
    before(() => void (workshop = openWorkshop()));
    after(() => workshop[Symbol.dispose]());

    for (const sabotage of saboteurs) {
      it(sabotage.title, async function () {
        const run = await workshop.check(sabotage);
        if (run.skipped !== undefined) skipBecause(run.skipped, this);
        assert.ok(
          run.failures.some((failure) => sabotage.check.says.test(failure)),
          run.failures.length === 0
            ? "the check stayed green"
            : `the check failed for another reason: ${run.failures.join("\n")}`,
        );
      });
    }
  });
}
