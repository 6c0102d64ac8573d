import assert from "node:assert/strict";
import type { Workshop } from "../support/sabotage.ts";
import { openWorkshop } from "../support/sabotage.ts";
import { saboteurs } from "../support/saboteurs.ts";
import { cannotTrace } from "../support/tracing.ts";

describe("a saboteur is found out: a service that", function () {
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
