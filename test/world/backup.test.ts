import { backUpUnderLoad } from "../support/backup-world.ts";

describe("a backup of a service that is busy", function () {
  this.timeout(60_000);

  it("holds every message that was acknowledged before it began, and a service starts from it", async () => {
    await backUpUnderLoad(2);
  });
});
