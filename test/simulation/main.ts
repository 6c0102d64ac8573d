/** `npm run simulation -- --seed N [--seeds K] [--trace]`: one world, or many. */
import { parseArgs } from "node:util";
import { failureReport } from "./report.ts";
import { simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    seeds: { type: "string", default: "1" },
    trace: { type: "boolean", default: false },
  },
});
const first = Number(values.seed);
const count = Number(values.seeds);
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count) || count < 1) {
  throw new RangeError("--seed and --seeds are whole numbers; --seeds is at least 1");
}
const all = { steps: 0, crashes: 0, calls: 0, failed: 0 };
const begun = performance.now();
for (let seed = first; seed < first + count; seed++) {
  const outcome = await simulate(seed, { wholeTrace: values.trace });
  all.steps += outcome.steps;
  all.crashes += outcome.crashes;
  all.calls += outcome.calls;
  if (outcome.broken.length > 0) {
    all.failed++;
    console.log(failureReport(outcome));
  } else if (values.trace) console.log(outcome.trace.join("\n"));
}
const each = Math.round((performance.now() - begun) / count);
const { steps, crashes, calls, failed } = all;
console.log(
  `${count} worlds from seed ${first}: ${failed} broken; ${steps} events, ${crashes} crashes, ${calls} calls; ${each} ms each`,
);
process.exitCode = failed > 0 ? 1 : 0;
