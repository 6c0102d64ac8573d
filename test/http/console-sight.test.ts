/**
 * Two records that differ in nothing but the words that rules and reviewers have covered, and in how long those are: whoever
 * may not see originals gets the same answers from both, to whatever they ask.
 */
import assert from "node:assert/strict";
import type { RuleId } from "../../src/domain/decision.ts";
import type { Place } from "../../src/domain/message.ts";
import { span } from "../../src/domain/span.ts";
import { epochMs } from "../../src/domain/time.ts";
import { createWatching } from "../../src/flows/watch.ts";
import type { Arrival } from "../../src/flows/intake.ts";
import type { Judgement } from "../../src/ports/store.ts";
import { createConsoleBench } from "../support/console-api.ts";
import { createConsoleRecord } from "../support/console-record.ts";
import { readableRecords } from "../support/console-records.ts";
import { editEntry, editOf } from "../support/edit-fixtures.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { entryOf, NOW, objected, passed, said } from "../support/store-fixtures.ts";
import { decodeMessage } from "../../src/tencent/callback.ts";
import { APP } from "../support/store-fixtures.ts";

const SECRETS = ["坏话 zqx🙂", "kwv饕餮餮餮 jjkwv 咔嚓嚓嚓"] as const;
const IN_TEXT: Place = { element: 0, part: "text" };

/** @param customData that the request writes: apps quote in it what people said */
function covering(
  id: string,
  places: readonly (readonly [Place, number, number, "mask" | "flag" | "shadow"])[],
  customData = "",
): Judgement {
  const payload = JSON.stringify({ MsgBody: [], ...(customData !== "" && { CloudCustomData: customData }) });
  const judged = objected(id, { payload });
  const [finding] = judged.decision.findings;
  assert.ok(finding);
  const findings = places.map(([place, start, end, effect], at) => ({
    ...finding,
    ...{ place, effect, span: span(start, end), rule: `rule${at}` as RuleId },
  }));
  return { ...judged, decision: { ...judged.decision, findings } };
}

function custom(key: string, data: string): Arrival {
  const command = "C2C.CallbackAfterSendMsg";
  const body = [{ MsgType: "TIMCustomElem", MsgContent: { Data: data, Desc: "a card", Ext: "" } }];
  const fields = {
    From_Account: "anna",
    To_Account: "ben",
    MsgKey: key,
    SendMsgResult: 0,
    MsgTime: NOW / 1_000,
    MsgBody: body,
  };
  const callback = Buffer.from(JSON.stringify({ CallbackCommand: command, ...fields }));
  const told = decodeMessage(command, callback, APP);
  assert.ok(told.ok);
  return { message: told.message, command, callback, origin: "after_send" };
}

async function worldWith(secret: string) {
  const record = createConsoleRecord();
  const { store } = record;
  const before = "see ";
  const [start, end] = [before.length, before.length + secret.length];
  const text = `${before}${secret} there`;
  await store.recordIntake([
    entryOf(said("k1", { text }), covering("o1", [[IN_TEXT, start, end, "mask"]], `{"quote":"${secret}"}`)),
    // What stands behind a covered word would tell by its place how long that is.
    entryOf(
      said("k2", { text: `${text} again` }),
      covering("o2", [
        [IN_TEXT, start, end, "mask"],
        [IN_TEXT, end + 1, end + 6, "flag"],
        [IN_TEXT, end + 7, end + 12, "shadow"],
      ]),
    ),
    entryOf(said("k3", { text }), undefined),
    entryOf(said("k4", { text }), undefined),
    entryOf(said("k5", { text: `only ${secret}` }), passed),
    entryOf(
      custom("k6", JSON.stringify({ title: secret })),
      covering("o6", [[{ element: 0, part: "data", path: ["title"] }, 0, 1, "mask"]]),
    ),
    entryOf(said("k7", { text: "something else" }), passed),
  ]);
  await store.recordJudgingFailed((await store.undecided(9)).find(({ id }) => id === 4)?.id ?? (4 as never), [], NOW);
  // Passed by then; the newest text was covered, and it says the same in other words.
  const edits = [editEntry(editOf("k5", { text: `and ${secret}!`, at: 5 })), editEntry(editOf("k7", { text, at: 6 }))];
  await store.recordEdits(edits);
  const open = await store.openEdits(9, epochMs(NOW + 100_000));
  const [ofFive] = open.filter(({ messageId }) => messageId === 5);
  assert.ok(ofFive);
  const judgement = covering("o5", [[IN_TEXT, 4, 4 + secret.length, "mask"]]);
  await store.settleEdit({
    kind: "judged",
    id: ofFive.id,
    at: epochMs(NOW + 7),
    audit: [],
    verdict: "rewrite",
    judgement,
  });
  const [claimed] = await store.claimOrders("c2c", 1, epochMs(NOW + 8));
  assert.ok(claimed);
  const result = { kind: "end", state: "applied", reason: "" } as const;
  const audit = [
    { at: NOW, actor: "emend", act: "answer", modificationId: claimed.id, detail: { next: "applied" } },
  ] as const;
  await store.settleOrders([
    { id: claimed.id, fence: claimed.fence, code: "0", counted: "applied", at: epochMs(NOW + 9), result, audit },
  ]);
  await store.recordVerdict({
    messageId: 1,
    account: "rita",
    verdict: "confirmed",
    note: `he says ${secret}`,
    at: NOW + 10,
  });
  const clock = createFakeClock();
  const records = readableRecords(record, clock);
  const bench = createConsoleBench({ records });
  const token = await bench.bearer("viewer");
  return {
    ...{ record, bench, records },
    async get(path: string): Promise<string> {
      const answer = await bench.agent().get(path).auth(token, { type: "bearer" });
      return `${answer.status} ${answer.text}`;
    },
    [Symbol.dispose]() {
      bench[Symbol.dispose]();
      record[Symbol.dispose]();
    },
  };
}

/** Every piece of two characters, and some that are longer. */
const piecesOf = (secret: string): readonly string[] => {
  const characters = [...secret];
  const pieces = characters.flatMap((_, at) =>
    [2, 3, characters.length].map((n) => characters.slice(at, at + n).join("")),
  );
  return [...new Set(pieces.map((piece) => piece.trim()).filter((piece) => [...piece].length >= 2))];
};

const FILTERS = [
  ...["", "limit=1", "rule=rule0", "rule=rule1", "state=pending", "state=applied", "conversation=1", "sender=anna"],
  ...["verdict=confirmed", "verdict=none", "origin=after_send", "decision=rewrite", "decision=undecided"],
  ...["decision=failed", `since=${NOW}`, `until=${NOW + 1}`, "q=see", "q=there&limit=1", "q=%20!", "q=***"],
];
const TEXTS = [...SECRETS.flatMap(piecesOf), "see", "there", "***", "only", "and", "title", "he says"];

/** Each path with everything that can be asked of it. */
const questions = (paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) =>
    path === "/api/v1/messages"
      ? FILTERS.map((query) => `${path}?${query}`)
      : path.includes("{id}")
        ? Array.from({ length: 8 }, (_, at) => path.replace("{id}", String(at + 1)))
        : [path],
  );

describe("what a viewer is told", () => {
  it("is the same whatever the covered words are, and never holds a piece of them", async function () {
    this.timeout(60_000);
    using one = await worldWith(SECRETS[0]);
    using other = await worldWith(SECRETS[1]);
    const paths = one.bench.routes
      .filter(
        ({ method, least, answer }) =>
          method === "GET" && (least === "viewer" || least === "anyone") && answer.kind === "json",
      )
      .map(({ path }) => path);
    assert.ok(paths.length >= 6, paths.join());
    const asked = [...questions(paths)];
    for (let question = asked.shift(); question !== undefined; question = asked.shift()) {
      const [here, there] = [await one.get(question), await other.get(question)];
      assert.equal(here, there, question);
      for (const piece of SECRETS.flatMap(piecesOf)) assert.ok(!here.includes(piece), `${question} tells ${piece}`);
      const next = /^200 .*"next":"([^"]+)"/s.exec(here)?.[1];
      if (next !== undefined && question.startsWith("/api/v1/messages?")) {
        asked.push(`${question.replace(/&cursor=.*/, "")}&cursor=${next}`);
      }
    }
    for (const q of TEXTS) {
      for (const more of [{}, { limit: 1 }, { rule: "rule0" }, { sender: "anna", decision: "rewrite" }]) {
        const query = { q, limit: 50, cursor: undefined, sight: "masked" as const, ...more };
        const [here, there] = [one, other].map(({ record }) => JSON.stringify(record.answers.messages(query)));
        assert.equal(here, there, q);
        if (SECRETS.some((secret) => piecesOf(secret).includes(q))) assert.equal(here, '{"items":[],"next":null}', q);
      }
    }
    // The questions are ones that somebody who may see originals gets an answer to.
    const whole = one.record.answers.message({ id: 1, sight: "original" });
    assert.equal(whole?.modifications[0]?.payloads[0]?.customData, `{"quote":"${SECRETS[0]}"}`);
    const found = one.record.answers.messages({ q: "坏话", limit: 9, cursor: undefined, sight: "original" });
    assert.deepEqual(
      found.items.map(({ id }) => id),
      [7, 6, 5, 4, 3, 2, 1],
    );
  });

  it("as it happens is the same too", async () => {
    const told = await Promise.all(
      SECRETS.map(async (secret) => {
        using world = await worldWith(secret);
        const watching = createWatching({ reads: world.records.reads, clock: createFakeClock() });
        const events: string[] = [];
        for await (const event of watching.watch("viewer", "0.0", new AbortController().signal)) {
          events.push(JSON.stringify(event) ?? "");
          if (event?.event === "messages") break;
        }
        return events;
      }),
    );
    assert.ok((told[0]?.length ?? 0) > 5);
    assert.deepEqual(told[0], told[1]);
    for (const piece of SECRETS.flatMap(piecesOf)) assert.ok(!told.join().includes(piece), piece);
  });
});
