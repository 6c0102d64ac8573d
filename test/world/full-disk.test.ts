import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import http from "node:http";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { postCallback } from "../support/callback-sender.ts";
import { skipBecause } from "../support/skip.ts";
import {
  answering,
  dustSettled,
  environmentOf,
  freePort,
  look,
  scene,
  SDK_APP_ID,
  simulate,
  start,
  TOKEN,
} from "./running.ts";

const VOLUME_MB = 8;
const MESSAGES_MAX = 4_000;

/** @returns why there can be no volume; undefined when it is there */
function mount(folder: string): string | undefined {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${VOLUME_MB}m`, "tmpfs", folder], { stdio: "pipe" });
    return undefined;
  } catch (thrown) {
    return `no volume can be mounted here: ${(thrown as Error).message.trim()}`;
  }
}

describe("a disk that is full", function () {
  this.timeout(60_000);

  it("is answered with 503 and never with 200, and the service goes on by itself once there is room", async function () {
    using at = scene();
    const volume = join(at.folder, "volume");
    mkdirSync(volume);
    const reason = mount(volume);
    if (reason !== undefined) skipBecause(reason, this);
    try {
      await using simulator = await simulate({ seed: 8 });
      const port = await freePort();
      const database = join(volume, "emend.db");
      const environment = { ...environmentOf(at, port, simulator.url), EMEND_DATABASE_URL: `sqlite:${database}` };
      const service = start(["serve"], environment, at.folder);
      const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
      const to = { agent, port, sdkAppId: SDK_APP_ID, token: TOKEN };
      const acknowledged: string[] = [];
      let refused = 0;
      const say = async (n: number, text: string): Promise<number | undefined> => {
        const { id } = simulator.world.say({ from: "anna", to: "ben", text: `${text} ${n}` });
        const message = simulator.world.message(id);
        assert.ok(message?.ref.kind === "c2c");
        const status = await postCallback(to, message);
        if (status === 200) acknowledged.push(message.ref.msgKey);
        else if (status === 503) refused++;
        else assert.fail(`answered ${String(status)}`);
        return status;
      };
      const held = (): ReadonlySet<string> =>
        new Set(look<{ msg_key: string }>(database, "SELECT msg_key FROM message").map(({ msg_key }) => msg_key));
      try {
        await answering(`http://127.0.0.1:${port}/readyz`, service);
        await say(0, "badword");
        await dustSettled(database, 10_000);
        // Room for a little more, and then for nothing.
        writeFileSync(join(volume, "filler"), Buffer.alloc((VOLUME_MB - 4) * 1024 * 1024, 1));
        for (let n = 1; n <= MESSAGES_MAX && refused < 5; n++) await say(n, `badword ${"filling it up ".repeat(60)}`);
        assert.ok(refused >= 5, `the disk was never full; ${acknowledged.length} went in`);
        rmSync(join(volume, "filler"));
        for (let tries = 0; (await say(9_000 + tries, "badword")) !== 200; tries++) {
          assert.ok(tries < 250, "it does not go on");
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        await dustSettled(database, 30_000);
        const lost = acknowledged.filter((key) => !held().has(key));
        assert.deepEqual(lost, [], "acknowledged and not in the record");
        const unmasked = look<{ n: number }>(
          database,
          "SELECT count(*) AS n FROM message m WHERE NOT EXISTS (SELECT 1 FROM modification o WHERE o.message_id = m.id AND o.state = 'applied')",
        );
        assert.deepEqual(unmasked, [{ n: 0 }], "everything that was acknowledged was masked");
        assert.deepEqual(look(database, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
      } finally {
        agent.destroy();
        service.process.kill("SIGKILL");
        await service.ended;
      }
    } finally {
      execFileSync("umount", ["-l", volume]);
    }
  });
});
