/** The promise's own test over the program that breaks it: it has to fail, and for the reason that it is there for. */
import assert from "node:assert/strict";
import type { Workshop } from "./sabotage.ts";
import { openWorkshop } from "./sabotage.ts";
import type { Sabotage } from "./saboteurs.ts";
import { cannotTrace } from "./tracing.ts";

export function areFoundOut(title: string, saboteurs: readonly Sabotage[]): void {
  describe(title, function () {
    this.timeout(240_000);
    let workshop: Workshop;
    before(() => void (workshop = openWorkshop()));
    after(() => workshop[Symbol.dispose]());

    for (const sabotage of saboteurs) {
      it(sabotage.title, async function () {
        const reason = sabotage.needs === "tracing" ? cannotTrace() : undefined;
        if (reason !== undefined) {
          console.log(`    skipped: ${reason}`);
          this.skip();
        }
        const failures = await workshop.failures(sabotage);
        if (failures === undefined) {
          console.log("    skipped: its check cannot run here");
          return this.skip();
        }
        assert.ok(
          failures.some((failure) => sabotage.check.says.test(failure)),
          failures.length === 0
            ? "the check stayed green"
            : `the check failed for another reason: ${failures.join("\n")}`,
        );
      });
    }
  });
}
