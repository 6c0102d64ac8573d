/** What every store promises, whatever database is beneath it: one suite, run over each of them. */
import { describeAccounts } from "./store-accounts.ts";
import { describeEdits } from "./store-edits.ts";
import { describeIntake } from "./store-intake.ts";
import { describeKeeping } from "./store-keeping.ts";
import { describeOrders } from "./store-orders.ts";
import type { StoreHarness } from "./store-harness.ts";

export function describeStore(harness: StoreHarness): void {
  describe(`the record, kept ${harness.where}`, () => {
    describeIntake(harness);
    describeEdits(harness);
    describeOrders(harness);
    describeKeeping(harness);
    describeAccounts(harness);
  });
}
