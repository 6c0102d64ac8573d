import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { epochMs } from "../../src/domain/time.ts";
import type { EditId } from "../../src/ports/edits.ts";
import { createConsoleBench } from "../support/console-api.ts";
import { createConsoleRecord } from "../support/console-record.ts";
import { readableRecords } from "../support/console-records.ts";
import { changing, editEntry, editOf } from "../support/edit-fixtures.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { APP, entryOf, NOW, objected, passed, said } from "../support/store-fixtures.ts";

type Item = { readonly id: number; readonly text: string | null };
type Page = { readonly items: readonly Item[]; readonly next: string | null };

type Elements = readonly { readonly texts: readonly { readonly text: string }[] }[];
type Edit = { readonly id: number; readonly elements: Elements | null; readonly callback: string | null };
type Edited = { readonly text: string | null; readonly writtenBy: string; readonly edits: readonly Edit[] };
const editTold = ({ id, elements, callback }: Edit) => [id, elements?.[0]?.texts[0]?.text, callback];
/** Somebody edits the second message, and its first word is masked. @returns the edit's number */
async function editSecond(store: ReturnType<typeof createConsoleRecord>["store"], text: string): Promise<EditId> {
  await store.recordEdits([editEntry(editOf("k2", { text, at: 5 }))]);
  const [open] = await store.openEdits(9, epochMs(NOW + 100_000));
  assert.ok(open);
  await store.settleEdit({ ...judgedAs(open.id), verdict: "rewrite", judgement: objected("o9") });
  return open.id;
}
const judgedAs = (id: EditId) => ({ kind: "judged", id, at: epochMs(NOW + 9), audit: [] }) as const;

describe("the console's view of the record", () => {
  async function open() {
    const record = createConsoleRecord();
    const bench = createConsoleBench({ records: readableRecords(record, createFakeClock()) });
    await record.store.recordIntake([
      entryOf(said("k1", { text: "see you 周六" }), passed),
      entryOf(said("k2", { text: "damn the umbrellas" }), objected("o1")),
      entryOf(said("k3", { text: "hello", from: "carl" }), passed),
    ]);
    const as = Object.fromEntries(
      await Promise.all(
        (["viewer", "reviewer", "admin"] as const).map(async (role) => [role, await bench.bearer(role)] as const),
      ),
    ) as Record<"viewer" | "reviewer" | "admin", string>;
    type Who = keyof typeof as;
    return {
      ...{ record, bench, as },
      get: (who: Who, path: string) => bench.agent().get(`/api/v1${path}`).auth(as[who], { type: "bearer" }),
      post: (who: Who, path: string, body: object = {}) =>
        bench.agent().post(`/api/v1${path}`).auth(as[who], { type: "bearer" }).send(body),
      audit: () =>
        record.store.db
          .prepare(
            "SELECT actor || ' ' || act || ' ' || ifnull(message_id, '-') || ' ' || detail FROM audit ORDER BY id",
          )
          .pluck()
          .all() as string[],
      [Symbol.dispose]() {
        bench[Symbol.dispose]();
        record[Symbol.dispose]();
      },
    };
  }

  it("lists messages newest first, and goes on where a page ended", async () => {
    using at = await open();
    const first = (await at.get("viewer", "/messages?limit=2").expect(200)).body as Page;
    assert.deepEqual(
      first.items.map(({ id, text }) => [id, text]),
      [
        [3, "hello"],
        [2, "*** the umbrellas"],
      ],
    );
    const second = (await at.get("viewer", `/messages?limit=2&cursor=${first.next ?? ""}`).expect(200)).body as Page;
    assert.deepEqual([second.items.map(({ id }) => id), second.next], [[1], null]);
  });

  for (const [sentence, path, where] of [
    ["a question of one character", "/messages?q=x", "query.q"],
    ["a state that there is not", "/messages?state=lost", "query.state"],
    ["a time that is none", "/messages?since=yesterday", "query.since"],
    ["a filter that there is not", "/messages?colour=red", "query"],
  ] as const) {
    it(`refuses ${sentence}, and says where`, async () => {
      using at = await open();
      const answer = await at.get("viewer", path).expect(400);
      assert.match((answer.body as { errors: { path: string }[] }).errors[0]?.path ?? "", new RegExp(`^${where}`));
    });
  }

  it("refuses a cursor of another list, or of nobody", async () => {
    using at = await open();
    const other = Buffer.from('["audit",3]').toString("base64url");
    for (const cursor of [other, "x", "W10", "WyJtZXNzYWdlcyIsLTFd"]) {
      const answer = await at.get("viewer", `/messages?cursor=${cursor}`).expect(400);
      assert.equal((answer.body as { code: string }).code, "bad-cursor");
    }
  });

  it("lets a viewer neither read nor find what is masked, until a click that is written down", async () => {
    using at = await open();
    assert.deepEqual(((await at.get("viewer", "/messages?q=damn")).body as Page).items, []);
    assert.equal(((await at.get("reviewer", "/messages?q=damn")).body as Page).items.length, 1);
    for (const path of ["/messages", "/messages/2", "/modifications", "/outbox", "/stats"]) {
      const { text } = await at.get("viewer", path).expect(200);
      assert.ok(!text.includes("damn"), path);
    }
    assert.ok(!at.audit().some((line) => line.includes("look")));
    const revealed = await at.post("viewer", "/messages/2/reveal").expect(200);
    const seen = revealed.body as {
      readonly elements: readonly { readonly texts: readonly { readonly text: string }[] }[];
    };
    assert.equal(seen.elements[0]?.texts[0]?.text, "damn the umbrellas");
    assert.match(at.audit().at(-1) ?? "", /^token:.* look 2 {"how":"clicked"}$/);
  });

  it("lists an edited message by its newest words, and finds it by all that it has said", async () => {
    using at = await open();
    const { store } = at.record;
    const edited = await editSecond(store, "damn it again");
    const rows = async (who: keyof typeof at.as, q: string) =>
      ((await at.get(who, `/messages?q=${q}`).expect(200)).body as Page).items.map(({ id, text }) => [id, text]);
    const row = [[2, "*** it again"]];
    assert.deepEqual(await rows("viewer", "it again"), row);
    assert.deepEqual(await rows("viewer", "umbrellas"), row);
    assert.deepEqual(await rows("reviewer", "damn the"), row);
    assert.deepEqual(await rows("viewer", "damn"), []);

    // Nobody may read what no rule has looked at.
    await store.recordEdits([editEntry(editOf("k2", { text: "whatever this says", at: 6 }))]);
    assert.deepEqual(await rows("reviewer", "umbrellas"), row);
    const { writtenBy, edits } = (await at.get("viewer", "/messages/2").expect(200)).body as Edited;
    assert.deepEqual([writtenBy, edits.at(-1)?.elements], [`edit:${edits.at(-1)?.id ?? ""}`, null]);
    assert.notEqual(edits.at(-1)?.id, edited);
  });

  it("takes for nobody's word the mask that we put in, when somebody sends it once more", async () => {
    using at = await open();
    const { store } = at.record;
    await store.recordIntake([
      entryOf(said("k4", { text: "damn cat" }), changing("o4", "damn cat", "**** cat")),
      entryOf(said("k5", { text: "damn dog" }), changing("o5", "damn dog", "**** dog")),
    ]);
    const claimed = await store.claimOrders("c2c", 3, epochMs(NOW + 8));
    assert.equal(claimed.length, 3);
    for (const [key, text] of [
      ["k4", "**** cat"],
      ["k5", "my dog"],
    ] as const) {
      await store.recordEdits([editEntry(editOf(key, { text, customData: '{"seen":1}', at: 9 }))]);
      const open = (await store.openEdits(9, epochMs(NOW + 100_000))).find(({ callback }) => callback.includes(text));
      assert.ok(open);
      await store.settleEdit({ ...judgedAs(open.id), verdict: "pass", judgement: passed });
    }
    const told = async (id: number) => (await at.get("reviewer", `/messages/${id}`).expect(200)).body as Edited;
    const [cat, dog] = [await told(4), await told(5)];
    assert.deepEqual([cat.text, cat.writtenBy], ["*** cat", "sender"]);
    assert.deepEqual([dog.text, dog.writtenBy], ["my dog", `edit:${dog.edits[0]?.id ?? ""}`]);
  });

  it("shows an edit's callback as it came to whoever may see the message's own, and to a viewer after the same click", async () => {
    using at = await open();
    const id = await editSecond(at.record.store, "damn it again");
    const edits = async (who: keyof typeof at.as) =>
      ((await at.get(who, "/messages/2").expect(200)).body as Edited).edits;
    const raw = editOf("k2", { text: "damn it again", at: 5 }).callback.toString();
    assert.deepEqual((await edits("viewer")).map(editTold), [[id, "*** it again", null]]);
    assert.deepEqual((await edits("reviewer")).map(editTold), [[id, "damn it again", raw]]);
    const looks = at.audit().length;
    const revealed = (await at.post("viewer", "/messages/2/reveal").expect(200)).body as Edited;
    assert.deepEqual(revealed.edits.map(editTold), [[id, "damn it again", raw]]);
    assert.match(at.audit().at(-1) ?? "", /^token:.* look 2 {"how":"clicked"}$/);
    assert.equal(at.audit().length, looks + 1);
  });

  it("shows with each request what it writes into the custom data, to whoever may see the request", async () => {
    using at = await open();
    const customData = '{"quote":"damn","moderation":[{"v":1,"id":"o4"}]}';
    const noted = { payload: JSON.stringify({ MsgBody: [], CloudCustomData: customData }) };
    const asItIs = { payload: '{"MsgBody":[]}' };
    await at.record.store.recordIntake([
      entryOf(said("k4"), objected("o4", noted)),
      entryOf(said("k5"), objected("o5", asItIs)),
    ]);
    type Payload = { readonly body: string | null; readonly customData: string | null };
    type Told = { readonly modifications: readonly { readonly payloads: readonly Payload[] }[] };
    const told = async (who: keyof typeof at.as, id: number) => {
      const { modifications } = (await at.get(who, `/messages/${id}`).expect(200)).body as Told;
      return modifications.flatMap(({ payloads }) => payloads.map((each) => [each.body, each.customData]));
    };
    for (const who of ["reviewer", "admin"] as const) {
      assert.deepEqual(await told(who, 4), [[noted.payload, customData]]);
      assert.deepEqual(await told(who, 5), [[asItIs.payload, null]]);
    }
    for (const id of [4, 5]) assert.deepEqual(await told("viewer", id), [[null, null]]);
    // Past keeping.
    at.record.store.db.exec("UPDATE payload SET body = x'' WHERE modification_id = 'o5'");
    assert.deepEqual(await told("admin", 5), [[null, null]]);
    const clicked = (await at.post("viewer", "/messages/4/reveal").expect(200)).body as Told;
    assert.equal(clicked.modifications[0]?.payloads[0]?.customData, customData);
  });

  it("writes down that a reviewer looked, once for a while", async () => {
    using at = await open();
    for (let i = 0; i < 3; i++) await at.get("reviewer", "/messages/2").expect(200);
    const looks = at.audit().filter((line) => line.includes(" look "));
    assert.equal(looks.length, 1);
    assert.match(looks[0] ?? "", /^token:.* look 2 {"how":"opened"}$/);
  });

  it("keeps every verdict, and counts the newest", async () => {
    using at = await open();
    await at.post("viewer", "/messages/2/verdict", { verdict: "confirmed" }).expect(403);
    await at.post("reviewer", "/messages/2/verdict", { verdict: "confirmed" }).expect(204);
    await at.post("admin", "/messages/2/verdict", { verdict: "false_positive", note: "a name" }).expect(204);
    await at.post("admin", "/messages/99/verdict", { verdict: "confirmed" }).expect(404);
    const wrong = (await at.get("viewer", "/messages?verdict=false_positive")).body as Page;
    assert.deepEqual(
      wrong.items.map(({ id }) => id),
      [2],
    );
    assert.deepEqual(((await at.get("viewer", "/messages?verdict=confirmed")).body as Page).items, []);
    type Told = { verdicts: { verdict: string; note: string }[]; history: { what: string }[] };
    const { verdicts, history } = (await at.get("reviewer", "/messages/2")).body as Told;
    assert.deepEqual(
      verdicts.map(({ verdict, note }) => `${verdict} ${note}`),
      ["confirmed ", "false_positive a name"],
    );
    assert.deepEqual(
      history.map(({ what }) => what).filter((what) => what === "reviewed"),
      ["reviewed", "reviewed"],
    );
    // A note may quote what was said: it is for those who may see that, and the log holds none.
    assert.ok(!(await at.get("viewer", "/messages/2")).text.includes("a name"));
    assert.ok(!at.audit().some((line) => line.includes("a name")));
  });

  it("tells a message's story in order", async () => {
    using at = await open();
    const { store } = at.record;
    const [order] = await store.claimOrders("c2c", 1, epochMs(NOW + 1));
    assert.ok(order);
    const audit = [
      { at: epochMs(NOW + 5), actor: "emend", act: "answer", modificationId: "o1", detail: { next: "applied" } },
    ] as const;
    const result = { kind: "end", state: "applied", reason: "" } as const;
    await store.settleOrders([
      { id: "o1", fence: order.fence, code: "0", counted: "applied", at: epochMs(NOW + 5), result, audit },
    ]);
    const { history } = (await at.get("viewer", "/messages/2")).body as { history: { what: string; who: string }[] };
    assert.deepEqual(
      history.map(({ what, who }) => `${who} ${what}`),
      ["anna sent", "emend received", "emend judged", "emend ordered", "emend answered"],
    );
  });

  it("sends an order again that was given up, and says why where it cannot", async () => {
    using at = await open();
    await at.post("reviewer", "/modifications/o1/retry").expect(409);
    await at.post("reviewer", "/modifications/o9/retry").expect(404);
    at.record.store.db.exec("UPDATE modification SET state = 'given_up', reason = 'keeps_changing', ended_at = 1");
    const letters = (await at.get("viewer", "/outbox")).body as { deadLetters: object[] };
    assert.deepEqual(letters.deadLetters, [{ reason: "keeps_changing", count: 1 }]);
    assert.equal(((await at.get("viewer", "/modifications?state=given_up&lane=live")).body as Page).items.length, 1);
    await at.post("reviewer", "/modifications/o1/retry").expect(200, { id: "o1", state: "pending" });
    assert.match(at.audit().at(-1) ?? "", /^token:.* retry 2 /);
  });

  it("exports the log with its filters, no cell a formula, and writes that down", async () => {
    using at = await open();
    const detail = { rules: ["=cmd|' /C calc'!A0"] };
    await at.record.store.auditOnly([{ at: NOW, actor: "=HYPERLINK(1)", act: "rules", detail }]);
    await at.get("viewer", "/audit/export?format=csv").expect(403);
    const csv = await at.get("reviewer", "/audit/export?format=csv&act=rules").expect(200);
    assert.match(csv.get("content-disposition") ?? "", /^attachment; filename="?emend-audit-.*\.csv"?$/);
    const lines = csv.text.trimEnd().split("\r\n");
    assert.equal(lines.length, 2);
    assert.match(lines[1] ?? "", /^\d+,[^,]+,"'=HYPERLINK\(1\)",rules,,,"{""rules""/);
    assert.match(at.audit().at(-1) ?? "", /^token:.* export - {"format":"csv","act":"rules"}$/);
    const marked = await at.get("reviewer", "/audit/export?format=csv&act=rules&mark=utf-8").expect(200);
    assert.equal(marked.text, `\ufeff${csv.text}`);
    const jsonl = await at.get("reviewer", "/audit/export?format=jsonl").buffer(true).expect(200);
    const rows = jsonl.text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { id: number });
    assert.deepEqual(
      rows.map(({ id }) => id),
      rows.map((_, i) => rows.length - i),
    );
  });

  it("finds entries of the log by act, person, time and message", async () => {
    using at = await open();
    const entry = { at: NOW, actor: "rita", act: "look", messageId: 2, detail: {} } as const;
    await at.record.store.auditOnly([entry, { ...entry, at: epochMs(NOW + 7_200_000), actor: "emend", act: "rules" }]);
    for (const [filters, count] of [
      ["", 3],
      ["?act=look", 1],
      ["?act=decision", 1],
      ["?actor=rita", 1],
      ["?message=2", 3],
      [`?since=${NOW + 1}`, 1],
      [`?until=${NOW + 1}`, 2],
      [`?act=look&since=${NOW + 1}`, 0],
    ] as const) {
      const { items } = (await at.get("reviewer", `/audit${filters}`).expect(200)).body as Page;
      assert.equal(items.length, count, filters);
    }
  });

  it("tells what happens as it happens, goes on after the last event, and tells a viewer less", async () => {
    using at = await open();
    const server = http.createServer(at.bench.app);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const events = (who: keyof typeof at.as, until: RegExp, after?: string): Promise<string> =>
        new Promise((resolve, reject) => {
          const headers = { authorization: `Bearer ${at.as[who]}`, ...(after && { "last-event-id": after }) };
          const asked = http.get({ port, path: "/api/v1/events", headers }, (answer) => {
            assert.match(answer.headers["content-type"] ?? "", /^text\/event-stream/);
            let text = "";
            answer.setEncoding("utf8").on("data", (chunk: string) => {
              text += chunk;
              if (until.test(text)) asked.destroy();
            });
            answer.on("close", () => resolve(text));
          });
          asked.on("error", reject);
        });
      const look = { at: NOW, actor: "rita", act: "look", messageId: 1, detail: {} } as const;
      await at.record.store.auditOnly([look]);
      await at.record.store.recordIntake([entryOf(said("k4", { text: "damn" }), objected("o4"))]);
      const toViewer = await events("viewer", /event: messages\n.*\n\n/, "0.0");
      assert.deepEqual(
        [...toViewer.matchAll(/^event: (.*)$/gm)].map(([, name]) => name),
        ["decision", "decision", "messages"],
      );
      assert.ok(!toViewer.includes("rita") && !toViewer.includes("damn"));
      const toReviewer = await events("reviewer", /event: messages\n.*\n\n/, "1.3");
      assert.deepEqual(
        [...toReviewer.matchAll(/^event: (.*)$/gm)].map(([, name]) => name),
        ["audit", "decision", "messages"],
      );
      assert.match(toReviewer, /data: {"count":1,"newest":4}/);
      assert.match(await events("viewer", /event: missed/, "999.3"), /event: missed/);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it("is of one app", async () => {
    using at = await open();
    at.record.store.db.exec(`UPDATE message SET sdk_app_id = ${APP + 1} WHERE id = 3`);
    assert.deepEqual(
      ((await at.get("viewer", "/messages")).body as Page).items.map(({ id }) => id),
      [2, 1],
    );
    await at.get("viewer", "/messages/3").expect(404);
  });
});
