import assert from "node:assert/strict";
import { openWorkshop } from "../support/sabotage.ts";
import { soak } from "../support/soak.ts";
import { counts, seed } from "./counts.ts";

const PER_SECOND = 150;
const SLOPE_MAX = 1;
/** Before that a process is still growing into its work, and a slope says nothing. */
const SLOPE_FROM_SECONDS = 300;
/** Connections are kept for the next call, as many as were ever busy at once: more after a burst, bounded all the same. */
const DESCRIPTORS_MORE_MAX = 16;
const DESCRIPTORS_MAX = 250;

describe("a soak", function () {
  this.timeout(3_600_000);

  it(`of ${counts.soakSeconds} s at ${PER_SECOND} callbacks a second, with a fault every five, leaves nothing behind and breaks nothing`, async () => {
    const report = await soak({ seconds: counts.soakSeconds, perSecond: PER_SECOND, seed });
    const { said, faults, recovered, memorySlope, memoryLeast, descriptors, broken } = report;
    console.log(
      `    ${said} messages, ${faults} faults, ${recovered} found again; memory ${memoryLeast.map((mb) => mb.toFixed(0)).join(" ")} MB, ` +
        `${memorySlope.toFixed(2)} MB a minute; ${descriptors.warm} to ${descriptors.last} descriptors; ${broken.length} promises broken; seed ${seed}`,
    );
    assert.deepEqual(broken.slice(0, 10), []);
    assert.ok(descriptors.last < DESCRIPTORS_MAX, `${descriptors.last} descriptors`);
    if (counts.soakSeconds < SLOPE_FROM_SECONDS) return;
    assert.ok(
      descriptors.last <= descriptors.warm + DESCRIPTORS_MORE_MAX,
      `${descriptors.warm} to ${descriptors.last}`,
    );
    assert.ok(memorySlope < SLOPE_MAX, `${memorySlope.toFixed(2)} MB a minute`);
  });

  it("finds out a service that keeps every callback in memory", async () => {
    using workshop = openWorkshop();
    using _ = workshop.at([
      {
        file: "src/http/callbacks.ts",
        find: "  const { count } = parts;\n",
        replace:
          "  const { count } = parts;\n  (parts as unknown as { kept?: Buffer[] }).kept = [...((parts as unknown as { kept?: Buffer[] }).kept ?? []), Buffer.alloc(100_000, 1)];\n",
      },
    ]);
    const { memorySlope } = await soak({ seconds: 30, perSecond: 50, seed, program: workshop.folder });
    console.log(`    it grows by ${memorySlope.toFixed(0)} MB a minute`);
    assert.ok(memorySlope > 10 * SLOPE_MAX);
  });
});
