import { besiege } from "../support/besieged.ts";
import { counts } from "./counts.ts";

/** What a busy app sends: three times the rate of the soak. */
const PER_SECOND = 500;

describe("a siege", function () {
  this.timeout(600_000);

  it(`of ${counts.drippingSockets} dripping sockets and ${counts.hugeBodies} bodies of 10 MB keeps no good callback from its answer`, async () => {
    const { drippingSockets, hugeBodies, drippingSeconds: seconds } = counts;
    const report = await besiege({ drippingSockets, hugeBodies, seconds, perSecond: PER_SECOND });
    console.log(
      `    ${report.acknowledged} good callbacks at ${PER_SECOND}/s, all acknowledged, p99 ${report.p99Ms.toFixed(1)} ms (before the siege ${report.p99BeforeMs.toFixed(1)} ms); ${report.drippingEnded} dripping sockets ended, ${report.refusedAsTooLong} bodies refused`,
    );
  });
});
