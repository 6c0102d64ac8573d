import { backUpUnderLoad } from "../support/backup-world.ts";
import { counts } from "./counts.ts";

describe("backups under load", function () {
  this.timeout(3_600_000);

  it(`${counts.backups} of them hold what was acknowledged before each began`, async () => {
    const { acknowledged, worstMs } = await backUpUnderLoad(counts.backups);
    console.log(
      `    ${counts.backups} backups at 150 callbacks a second, the last of ${acknowledged} messages; the slowest took ${Math.round(worstMs)} ms`,
    );
  });
});
