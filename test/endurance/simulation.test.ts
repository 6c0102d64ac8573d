import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ended } from "../support/children.ts";
import { TSX } from "../support/program.ts";
import { counts, seed } from "./counts.ts";

const MAIN = fileURLToPath(new URL("../simulation/main.ts", import.meta.url));
/** Each world is busy with one core, and worlds know nothing of each other. */
const SIDE_BY_SIDE = 2;

describe("simulated worlds without end", function () {
  this.timeout(3_600_000);

  it(`${counts.simulatedWorlds} of them keep every promise`, async () => {
    const share = Math.ceil(counts.simulatedWorlds / SIDE_BY_SIDE);
    const runs = await Promise.all(
      Array.from({ length: SIDE_BY_SIDE }, async (_, n) => {
        const words = ["--seed", String(seed + n * share), "--seeds", String(share)];
        const child = spawn(process.execPath, ["--import", TSX, MAIN, ...words], { stdio: ["ignore", "pipe", "pipe"] });
        const { out, err } = await ended(child);
        const summary = out.trimEnd().split("\n").at(-1) ?? "";
        assert.match(summary, / 0 broken;/, `${out.slice(-8_000)}${err.slice(-2_000)}`);
        return summary;
      }),
    );
    for (const summary of runs) console.log(`    ${summary}`);
  });
});
