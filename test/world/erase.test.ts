import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { signed } from "../support/signatures.ts";
import { answering, dustSettled, environmentOf, freePort, look, scene, simulate, start, TOKEN } from "./running.ts";

/** Stands in everything that is hers, and is found in bytes however it is spelled. */
const MARKS = ["墨尔本雨夜白鹭洲", "heliotrope-quagga"] as const;
const OTHERS = "chrysalis-ocelot";

describe("erasing a user", function () {
  this.timeout(60_000);

  it("leaves none of their text in any byte of the files, beside a service that goes on, and nothing of others is lost", async () => {
    using at = scene();
    await using simulator = await simulate({ callbackToken: TOKEN, seed: 11 });
    const port = await freePort();
    const environment = environmentOf(at, port, simulator.url);
    const service = start(["serve"], environment, at.folder);
    try {
      await answering(`http://127.0.0.1:${port}/readyz`, service);
      simulator.settings.change({ callbackUrl: `http://127.0.0.1:${port}/callback` });
      const hers = MARKS.join(" ");
      const say = (more: object, text = hers) => simulator.world.say({ from: "anna", text, ...more }).id;
      const quote = JSON.stringify({ quote: hers });
      // Passed, masked, flagged, refused, in every kind of chat; with custom data; long enough to be judged on its thread.
      say({ to: "ben", customData: quote });
      const masked = say({ to: "ben", customData: quote }, `badword ${hers}`);
      say({ group: "hike", customData: quote }, `${hers} 坏词`);
      say({ group: "concert", groupType: "AVChatRoom" }, `badword ${hers}`);
      say({ to: "ben" }, `badword ${hers} ${"and so on. ".repeat(800)}`);
      // Somebody else's message, into which she writes; and hers, into which somebody else writes.
      const bens = simulator.world.say({ from: "ben", to: "anna", text: `${OTHERS} badword` }).id;
      await simulator.world.quiet();
      await dustSettled(at.database, 10_000);
      simulator.world.edit({ id: bens, by: "anna", text: `${hers} badword` });
      simulator.world.edit({ id: masked, by: "ben", text: `badword ${hers} again` });
      await simulator.world.quiet();
      await dustOfEdits(at.database);
      await dustSettled(at.database, 10_000);
      // What nobody understands: it may be hers.
      const query = signed("C2C.CallbackAfterSendMsg", { token: TOKEN, nowSeconds: Math.floor(Date.now() / 1_000) });
      const odd = await fetch(`http://127.0.0.1:${port}/callback?${query}`, {
        method: "POST",
        body: `{"Odd":"${hers}"}`,
      });
      assert.equal(odd.status, 400);
      // Orders that wait for Tencent.
      simulator.faults.set([{ on: "modify_c2c_msg", kind: "error", code: 60008 }]);
      say({ to: "ben" }, `badword ${hers} waiting`);
      simulator.world.say({ from: "ben", to: "carl", text: `${OTHERS} badword` });
      await simulator.world.quiet();
      await dustOfEdits(at.database);
      for (const mark of MARKS) assert.ok(filesWith(at.folder, mark).length > 0, "it is there before");

      const dry = start(["erase", "--user", "anna", "--dry-run"], environment, at.folder);
      await dry.ended;
      assert.match(dry.printed(), /would erase the texts of 6 messages and 2 edits, 1 waiting orders, 1 callbacks/);
      assert.ok(filesWith(at.folder, MARKS[0]).length > 0, "a dry run erases nothing");

      const erasing = start(["erase", "--user", "anna"], environment, at.folder);
      assert.deepEqual(await erasing.ended, { code: 0, signal: null }, erasing.printed());
      assert.match(erasing.printed(), /^erased the texts of 6 messages/m);
      for (const mark of MARKS) assert.deepEqual(filesWith(at.folder, mark), [], "beside the running service");

      simulator.faults.set([]);
      await dustSettled(at.database, 10_000);
      const bye = start(["audit", "verify"], environment, at.folder);
      assert.deepEqual(await bye.ended, { code: 0, signal: null }, bye.printed());
      assert.deepEqual(
        look(at.database, "SELECT count(*) AS n FROM modification WHERE reason = 'erased'"),
        look(at.database, "SELECT 1 AS n"),
      );
      // Ben's own words are where they were, and what was ordered for them was done.
      assert.ok(filesWith(at.folder, OTHERS).length > 0);
      const bensOrders = look<{ state: string }>(
        at.database,
        "SELECT o.state FROM modification o JOIN message m ON m.id = o.message_id WHERE m.sender = 'ben' AND o.reason <> 'erased'",
      );
      assert.ok(
        bensOrders.length >= 2 && bensOrders.every(({ state }) => state === "applied" || state === "cancelled"),
      );
    } finally {
      service.process.kill("SIGTERM");
      await service.ended;
    }
    for (const mark of MARKS) assert.deepEqual(filesWith(at.folder, mark), [], "after the service has stopped");
  });
});

/** Files in whose bytes the text stands: as it is, in UTF-16, or spelled with JSON's escapes. */
function filesWith(folder: string, text: string): readonly string[] {
  const escaped = [...text].map((c) => (c > "~" ? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}` : c)).join("");
  const spellings = [
    Buffer.from(text),
    Buffer.from(text, "utf16le"),
    Buffer.from(escaped),
    Buffer.from(escaped.toUpperCase()),
  ];
  return readdirSync(folder).filter((name) => {
    if (!name.startsWith("emend.db")) return false;
    const bytes = readFileSync(join(folder, name));
    return spellings.some((spelling) => bytes.includes(spelling));
  });
}

async function dustOfEdits(database: string): Promise<void> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
    if (look<{ n: number }>(database, "SELECT count(*) AS n FROM edit WHERE outcome = 'open'")[0]?.n === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
