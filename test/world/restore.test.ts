import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InProcess } from "./in-process.ts";
import { eventually, inProcess, until } from "./in-process.ts";
import { look, RULE } from "./running.ts";

const API_TOKEN = "world-api-token-".padEnd(40, "x");
const DIRTY = "you badword";
const MASKED = "you *******";

describe("a restore under fire", function () {
  this.timeout(60_000);

  for (const where of [{ to: "ben" }, { group: "hike" }] as const) {
    const place = "to" in where ? "one-to-one" : "group";

    it(`in a ${place} chat ends in what was decided last, and the history tells the story`, async () => {
      await inWorld(async (world) => {
        const { simulator, settled, seen, post } = world;
        const said = simulator.world.say({ from: "anna", ...where, text: DIRTY, customData: '{"n":1.50}' });
        await settled();
        assert.equal(seen(said.id).text, MASKED);

        const known = async () => {
          const { may, code, next } = (await world.get("/messages/1/restore")).body;
          return [may, code, typeof next];
        };
        assert.deepEqual(await known(), [true, null, "object"]);
        assert.equal((await post("/messages/1/restore")).status, 202);
        await settled();
        assert.deepEqual(await known(), [false, "nothing-to-restore", "string"]);
        const many = await post("/restores", { messages: [1] });
        assert.deepEqual(
          [many.status, many.body["code"], many.body["leftAlone"]],
          [409, "nothing-to-restore", { already_restored: 1 }],
        );
        const count = async (rule: string) => {
          const { body } = await post("/restores", { rule, since: 0, dryRun: true });
          return [body["count"], body["leftAlone"], body["ruleIsLive"]];
        };
        assert.deepEqual(await count(RULE), [0, { already_restored: 1 }, true]);
        assert.deepEqual(await count(`${RULE}s`), [0, {}, false], "a name that nobody knows is said to be one");
        const unknown = await post("/restores", { rule: `${RULE}s`, since: 0 });
        assert.match(String(unknown.body["detail"]), /no live rule has this name/);
        assert.deepEqual(seen(said.id), { text: DIRTY, customData: '{"n":1.50}' }, "the mask is off, the note too");
        const again = await post("/messages/1/restore");
        assert.deepEqual([again.status, again.body["code"]], [409, "nothing-to-restore"]);

        simulator.world.edit({ id: said.id, by: "ben", text: `${DIRTY} again` });
        await settled();
        assert.equal(seen(said.id).text, `${MASKED} again`, "who writes it anew is judged as ever");

        assert.equal((await post("/messages/1/restore")).status, 202);
        await settled();
        assert.equal(seen(said.id).text, `${DIRTY} again`, "the newest words are put back, not the oldest");

        simulator.world.edit({ id: said.id, by: "anna", text: `${DIRTY} at last` });
        await settled();
        simulator.world.edit({ id: said.id, by: "anna", text: "all well" });
        await settled();
        const refused = await post("/messages/1/restore");
        assert.deepEqual([refused.status, refused.body["code"]], [409, "nothing-to-restore"]);
        assert.equal(seen(said.id).text, "all well");

        const { status, body } = await world.get("/messages/1");
        assert.equal(status, 200);
        const told = (body["history"] as { what: string; who: string }[])
          .filter(({ what }) => ["sent", "edited", "ordered", "guarded", "restored"].includes(what))
          .map(({ what, who }) => `${what} by ${who}`);
        const echo = "edited by administrator";
        assert.deepEqual(
          told.filter((line) => line !== echo),
          [
            ...["sent by anna", "ordered by emend"],
            `restored by ${world.actor}`,
            ...["edited by ben", "guarded by emend"],
            `restored by ${world.actor}`,
            ...["edited by anna", "guarded by emend", "edited by anna"],
          ],
        );
      });
    });
  }

  it("overwrites nobody's words: who edits before it is seen beside the original", async () => {
    await inWorld(async ({ simulator, settled, seen, post, hold }) => {
      const { id } = simulator.world.say({ from: "anna", to: "ben", text: DIRTY });
      await settled();
      // The edit's callback is late, so the record does not know of it yet.
      hold(true);
      simulator.world.edit({ id, by: "ben", text: "mine now" });
      const { status, body } = await post("/messages/1/restore");
      assert.deepEqual([status, body["code"]], [409, "changed"]);
      const { original, ours, theirs } = body["view"] as Record<string, { elements: { texts: { text: string }[] }[] }>;
      const text = (version: typeof ours) => version?.elements[0]?.texts[0]?.text;
      assert.deepEqual([text(original), text(ours), text(theirs)], [DIRTY, MASKED, "mine now"]);
      hold(false);
      await settled();
      assert.equal(seen(id).text, "mine now");
    });
  });

  it("takes the place of a mask that has not got through", async () => {
    await inWorld(async ({ simulator, settled, seen, post, orders }) => {
      simulator.faults.set([{ on: "modify_c2c_msg", kind: "error", code: 60008 }]);
      const { id } = simulator.world.say({ from: "anna", to: "ben", text: DIRTY });
      await until(() => orders().length === 1);
      assert.equal((await post("/messages/1/restore")).status, 202);
      simulator.faults.set([]);
      await settled();
      assert.equal(seen(id).text, DIRTY);
      assert.deepEqual(orders().at(-1), "restore restore applied ");
    });
  });

  it("leaves alone what was recalled", async () => {
    await inWorld(async ({ simulator, settled, post, orders }) => {
      const first = simulator.world.say({ from: "anna", to: "ben", text: DIRTY });
      await settled();
      simulator.world.recall({ id: first.id });
      await settled();
      const refused = await post("/messages/1/restore");
      assert.deepEqual([refused.status, refused.body["code"]], [409, "recalled"]);
      assert.deepEqual(orders(), ["rewrite live applied "]);
    });
  });

  it("side by side with edits ends in the words of whoever wrote last, masked where a rule says so", async () => {
    await inWorld(async ({ simulator, settled, seen, post }) => {
      const ids = Array.from({ length: 12 }, (_, n) => {
        const where = n % 2 === 0 ? { to: "ben" } : { group: "hike" };
        return simulator.world.say({ from: "anna", ...where, text: `${DIRTY} ${n}` }).id;
      });
      await settled();
      const numbered = new Map(ids.map((id, n) => [id, n + 1]));
      await Promise.all(
        ids.map(async (id, n) => {
          const restored = post(`/messages/${numbered.get(id) ?? 0}/restore`);
          // In some the edit comes first, in some the order, in some they meet.
          await new Promise((resolve) => setTimeout(resolve, n * 4));
          simulator.world.edit({ id, by: "ben", text: n % 3 === 0 ? `${DIRTY} by ben ${n}` : `fine ${n}` });
          assert.ok([202, 409].includes((await restored).status));
        }),
      );
      await settled();
      for (const [n, id] of ids.entries()) {
        const expected = n % 3 === 0 ? `${MASKED} by ben ${n}` : `fine ${n}`;
        assert.equal(seen(id).text, expected, `message ${n}`);
      }
    });
  });

  it("is over in a minute for a false positive: phrase, test, this message and its sibling", async () => {
    await inWorld(async ({ simulator, settled, seen, post, get, at }) => {
      const ids = ["a badword song", "another badword song", "you badword"].map(
        (text) => simulator.world.say({ from: "anna", to: "ben", text }).id,
      );
      await settled();
      const request = { rule: "test.words", phrase: " badword song\u3000" };
      assert.equal((await post("/messages/1/allow", { ...request, phrase: " \n" })).status, 400);
      const shown = await post("/messages/1/allow", { ...request, dryRun: true });
      assert.equal(shown.status, 200, JSON.stringify(shown.body));
      assert.match(shown.body["diff"] as string, /^\+ {4}allow: \["badword song"\]$/m);
      const { restorable } = shown.body["siblings"] as { restorable: number[] };
      assert.deepEqual(restorable, [2]);
      const before = (await get("/rules")).body["revision"];
      const written = await post("/messages/1/allow", { ...request, base: shown.body["base"] });
      assert.equal(written.body["written"], true);
      assert.equal(readFileSync(join(at.rules, "test.yaml"), "utf8"), shown.body["text"]);
      await eventually(async () => (await get("/rules")).body["revision"] !== before);

      const begun = await post("/restores", { messages: [1, ...restorable] });
      assert.equal(begun.status, 200, JSON.stringify(begun.body));
      const job = async () => (await get(`/restores/${(begun.body["job"] as { id: number }).id}`)).body;
      await eventually(async () => (await job())["state"] !== "running");
      await settled();
      assert.deepEqual(
        ids.map((id) => seen(id).text),
        ["a badword song", "another badword song", MASKED],
      );
      const later = simulator.world.say({ from: "anna", to: "ben", text: "that badword song" });
      await settled();
      assert.equal(seen(later.id).text, "that badword song");
      const tried = await post("/rules/try", { text: "badword song" });
      assert.deepEqual([tried.status, tried.body["flagged"], tried.body["masked"]], [200, false, ["badword song"]]);
      assert.equal((await post("/rules/try", { text: "a", messages: ["b"] })).status, 400);
      writeFileSync(join(at.rules, "test.yaml"), "pack: [");
      await eventually(async () => (await get("/rules")).body["watcher"] !== "live");
      const hand = await post("/messages/4/mask", {
        spans: [{ place: { element: 0, part: "text" }, start: 5, end: 12, text: "that badword song" }],
      });
      assert.equal(hand.status, 202, JSON.stringify(hand.body));
      await settled();
      assert.equal(seen(later.id).text, "that ******* song");
    });
  });
});

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };
type World = InProcess & {
  /** As the audit log calls whoever asks here. */
  readonly actor: string;
  /** Purpose, lane, state and reason of each. */
  readonly orders: () => readonly string[];
  readonly post: (path: string, body?: object) => Promise<Answer>;
  readonly get: (path: string) => Promise<Answer>;
  /** Callbacks come late while they are held. */
  readonly hold: (held: boolean) => void;
};

const inWorld = (story: (world: World) => Promise<void>): Promise<void> =>
  inProcess((world) => story(withApi(world)), { environment: { EMEND_API_TOKEN: API_TOKEN }, withConsole: true });

function withApi(world: InProcess): World {
  const { at, simulator, log } = world;
  const console = log.lines.flatMap(({ sentence, fields }) =>
    sentence === "The console listens." ? [fields["url"]] : [],
  );
  const api = `${String(console[0])}/api/v1`;
  const ask = async (method: string, path: string, body?: object): Promise<Answer> => {
    const headers = { authorization: `Bearer ${API_TOKEN}`, "content-type": "application/json" };
    const answer = await fetch(api + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return { status: answer.status, body: (await answer.json()) as Answer["body"] };
  };
  return {
    ...world,
    actor: "token:EMEND_API_TOKEN",
    orders: () =>
      look<{ line: string }>(
        at.database,
        "SELECT purpose || ' ' || lane || ' ' || state || ' ' || reason AS line FROM modification ORDER BY message_id, ordinal",
      ).map(({ line }) => line),
    post: (path, body) => ask("POST", path, body ?? {}),
    get: (path) => ask("GET", path),
    hold: (held) => simulator.faults.set(held ? [{ on: "callback", kind: "delay", ms: 1_500 }] : []),
  };
}
