/** Every code that Tencent may give, for both APIs, before and after what was asked for was done. */
import assert from "node:assert/strict";
import type { ModifyApi } from "../../src/domain/modification.ts";
import { textBody } from "../support/edit-fixtures.ts";
import type { Kind } from "../support/error-tables.ts";
import { generalList, modifyPages, unknownCodes } from "../support/error-tables.ts";
import { answerOf } from "../support/fake-im-client.ts";
import { createSendingBench } from "../support/sending-bench.ts";
import { said, saidInGroup } from "../support/store-fixtures.ts";

const TEXT = "damn it";
const MASKED = textBody("**** it");
/** Longer than the longest pause that a code asks for. */
const PATIENCE_MS = 65_000;

type Case = { readonly api: ModifyApi; readonly code: number; readonly isDone: boolean };
type Ending = {
  readonly order: string;
  readonly body: string;
  readonly notes: number;
  readonly calls: number;
  readonly payloads: number;
};

/** One message, one order; the first call is answered with the code, every other with success. */
async function endingOf({ api, code, isDone }: Case): Promise<Ending> {
  await using bench = createSendingBench();
  const stands = { body: textBody(TEXT), customData: undefined as string | undefined };
  bench.client.answer(({ payload }, index) => {
    if (index > 0 || isDone) {
      const { MsgBody, CloudCustomData } = JSON.parse(payload) as { MsgBody?: unknown; CloudCustomData?: string };
      if (MsgBody !== undefined) stands.body = JSON.stringify(MsgBody);
      if (CloudCustomData !== undefined) stands.customData = CloudCustomData;
    }
    bench.client.show({ kind: "found", ...stands });
    return answerOf(index > 0 ? 0 : code);
  });
  await bench.record(api === "c2c" ? said("k1", { text: TEXT }) : saidInGroup(7, { text: TEXT }));
  bench.start();
  await bench.clock.advance(PATIENCE_MS);
  return {
    order: bench.orders("state reason").join(),
    body: stands.body,
    notes: (stands.customData?.split('"v":1').length ?? 1) - 1,
    calls: bench.client.calls.length,
    payloads: new Set(bench.client.calls.map(({ payload }) => payload)).size,
  };
}

const masked = { body: MASKED, notes: 1 } as const;
const again = { ...masked, order: "applied ", calls: 2, payloads: 1 };

/** What follows from each class: the same bytes again, nothing, a look at the message, or the payload without its note. */
const expected: Readonly<Record<Kind, (one: Case) => Ending>> = {
  applied: () => ({ ...again, calls: 1 }),
  throttled: () => again,
  retryable: () => again,
  missing: () => again,
  unauthorised: () => again,
  misconfigured: () => again,
  unknown: () => again,
  // Read back: our own note shows that it is done.
  conflict: ({ isDone }) => (isDone ? { ...again, calls: 1 } : { ...again, payloads: 2 }),
  filtered: ({ isDone }) => ({ ...again, payloads: 2, notes: isDone ? 1 : 0 }),
  too_long: ({ isDone }) => ({ ...again, payloads: 2, notes: isDone ? 1 : 0 }),
  refused: ({ code, isDone }) => ({
    ...(isDone ? masked : { body: textBody(TEXT), notes: 0 }),
    ...{ order: `refused tencent_${code}`, calls: 1, payloads: 1 },
  }),
};

const codesOf: Readonly<Record<Kind, readonly number[]>> = {
  ...generalList,
  unknown: unknownCodes,
};

describe("an answer", () => {
  for (const kind of Object.keys(expected) as Kind[]) {
    const codes = new Set([
      ...codesOf[kind],
      ...modifyPages.filter(([, pageKind]) => pageKind === kind).map(([code]) => code),
    ]);
    for (const api of ["c2c", "group"] as const) {
      for (const isDone of kind === "applied" ? [true] : [false, true]) {
        it(`of class ${kind} to modify_${api}_msg, ${isDone ? "once it is done" : "before it is done"}: ${codes.size} codes end as they should`, async () => {
          for (const code of codes) {
            const one = { api, code, isDone };
            assert.deepEqual(await endingOf(one), expected[kind](one), `code ${code}`);
          }
        });
      }
    }
  }

  it("of any class is that of one order: fifty beside it are sent once each", async () => {
    for (const code of [20016, 20026, 4711, 80001, 60008]) {
      await using bench = createSendingBench();
      bench.client.answer((_call, index) => answerOf(index === 0 ? code : 0));
      await bench.recordMany(51);
      bench.start();
      await bench.clock.advance(PATIENCE_MS);
      assert.equal(bench.count("applied") + bench.count("refused"), 51);
      assert.equal(bench.client.calls.length, code === 20016 ? 51 : 52);
    }
  });
});
