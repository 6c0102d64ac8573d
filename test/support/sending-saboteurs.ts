/** What goes to Tencent: each order, its pace and its end. */
import type { Sabotage } from "./saboteurs.ts";
import { CRASHES, edit, STORE } from "./saboteurs.ts";

export const sendingSaboteurs: readonly Sabotage[] = [
  {
    title: "calls a message applied before Tencent was asked",
    edits: [
      edit(
        "src/flows/dispatcher.ts",
        'crashPoint("dispatch.before_call");',
        `await store.settleOrders([{ id: order.id, fence: order.fence, code: "0", counted: undefined, at: clock.now(),
           result: { kind: "end", state: "applied", reason: "" }, audit: [] }]);
         crashPoint("dispatch.before_call");`,
      ),
    ],
    check: { file: CRASHES, title: "at dispatch.before_call", says: /the body is|no note/ },
  },
  {
    title: "calls twice for each order",
    edits: [
      edit(
        "src/flows/dispatcher.ts",
        'crashPoint("dispatch.answered");',
        'await parts.client.modify(api, order.payload); crashPoint("dispatch.answered");',
      ),
    ],
    check: { file: CRASHES, title: "at slots.reserved", says: /2 calls, and 0 crashes/ },
  },
  {
    title: "spells the stored payload again for each call",
    edits: [
      edit(
        "src/tencent/rest-client.ts",
        "async modify(api, payload) {",
        "async modify(api, stored) { const payload = JSON.stringify(JSON.parse(stored));",
      ),
    ],
    check: { file: CRASHES, title: "at dispatch.answered", says: /the body is|custom data/ },
  },
  {
    title: "appends its note again to a message that has it",
    edits: [edit("src/flows/reconsider.ts", "if (now.customData?.includes(", "if (false && now.customData?.includes(")],
    check: { file: "test/flows/dispatcher.test.ts", title: "our earlier call came first", says: /applied/ },
  },
  {
    title: "forgets the fence when it settles",
    edits: [edit("src/store/sqlite-orders.ts", "AND state = 'claimed' AND fence = @fence", "AND @fence IS NOT NULL")],
    check: {
      file: STORE,
      title: "in memory.*an answer that comes after its claim was lost",
      says: /deep-equal|deepStrictEqual/,
    },
  },
  {
    title: "sends a revised payload that it never stored",
    edits: [edit("src/store/sqlite-orders.ts", "insertPayload.run({", "void ({")],
    check: { file: STORE, title: "in memory.*stores a revised payload", says: /./ },
  },
  {
    title: "leaves the orders of a process that was killed where they are",
    edits: [
      edit(
        "src/store/sqlite-orders.ts",
        "const { changes } = free.run(",
        "const { changes } = ((_) => ({ changes: 0 }))(",
      ),
    ],
    check: { file: STORE, title: "in memory.*frees the orders of a process that is gone", says: /./ },
  },
  {
    title: "begins its pace anew after a restart",
    edits: [
      edit(
        "src/flows/pacer.ts",
        "next = await parts.store.reserveSlots(parts.api, count, gap, from);",
        "next = clock.monotonic();",
      ),
    ],
    check: {
      file: "test/flows/pacer.test.ts",
      title: "begins behind what an earlier process had set aside",
      says: /./,
    },
  },
  {
    title: "makes up for lost time whatever went out just before",
    edits: [edit("src/flows/pacer.ts", "Math.max(slot, windowAgo + WINDOW_MS)", "slot")],
    check: { file: "test/flows/pacer.test.ts", title: "makes up for a machine that is held up", says: /./ },
  },
  {
    title: "sends although another process does",
    edits: [edit("src/store/process-lock.ts", "if (isBusy(thrown)) return false;", "if (isBusy(thrown)) return true;")],
    check: { file: "test/store/process-lock.test.ts", title: "is held by one at a time", says: /true/ },
  },
  {
    title: "lets new messages have every call",
    edits: [
      edit(
        "src/domain/lanes.ts",
        "{ live: 8, guard: 4, restore: 2, rescan: 1 }",
        "{ live: 1e9, guard: 4, restore: 2, rescan: 1 }",
      ),
    ],
    check: { file: "test/domain/lanes.test.ts", title: "starve nobody", says: /./ },
  },
  {
    title: "goes on at the same pace when Tencent says too often",
    edits: [edit("src/domain/throttle.ts", "breaker.share / 2 : 0.5;", "breaker.share : 1;")],
    check: {
      file: "test/flows/dispatcher-outage.test.ts",
      title: "slows down and is back",
      says: /calls a second while slow/,
    },
  },
  {
    title: "takes a wrong setting for the fault of each order",
    edits: [
      edit(
        "src/tencent/error-codes.ts",
        "70398, 72000, 72002, 80005, 90009, 10003",
        "70398, 72000, 72002, 80005, 10003",
      ),
      edit("src/tencent/error-codes.ts", "20016, 20023, 90001,", "20016, 20023, 90009, 90001,"),
    ],
    check: {
      file: "test/flows/answers.test.ts",
      title: "of class misconfigured to modify_c2c_msg, before",
      says: /code 90009/,
    },
  },
  {
    title: "gives orders up because Tencent is away",
    edits: [
      edit(
        "src/flows/dispatcher.ts",
        '|| (outcome.kind === "retryable" && breaker.kind === "open");',
        "|| outcome.code === '';",
      ),
    ],
    check: { file: "test/flows/dispatcher-outage.test.ts", title: "gives nothing up, however long", says: /./ },
  },
  {
    title: "orders again what it has ordered when the record is judged again",
    edits: [
      edit("src/store/sqlite-rescan.ts", '(state === "applied" || state === "given_up")', 'state === ""'),
      edit(
        "src/store/sqlite-rescan.ts",
        "if (edit === undefined) judgeMessage.run",
        "if (edit === -1) judgeMessage.run",
      ),
    ],
    check: { file: "test/flows/rescan.test.ts", title: "orders nothing twice", says: /./ },
  },
  {
    title: "takes its own older text for what is to be judged",
    edits: [edit("src/flows/reconsider.ts", "print !== own && others.includes(print)", "others.length < 0")],
    check: { file: "test/flows/reconsider.test.ts", title: "over what another order of ours", says: /cancelled/ },
  },
];
