import assert from "node:assert/strict";
import fc from "fast-check";
import { checkSay } from "../../src/simulator/say.ts";
import type { Say } from "../../src/simulator/say.ts";
import { randomTraffic, seededChat } from "../../src/simulator/traffic.ts";
import { appServer, bodyOf, simulate } from "./bench.ts";

const WORDS = ["zzword", "坏词"];
/** Back to the plain word, the ways in which it was disguised undone. */
const folded = (said: readonly Say[]): string =>
  JSON.stringify(said).normalize("NFKC").replaceAll("\u200b", "").replaceAll("\\u200b", "").toLowerCase();

describe("made-up traffic", () => {
  it("is the same for the same seed and another for another", () => {
    const options = { count: 200, words: WORDS };
    assert.deepEqual(randomTraffic({ ...options, seed: 5 }), randomTraffic({ ...options, seed: 5 }));
    assert.notDeepEqual(randomTraffic({ ...options, seed: 5 }), randomTraffic({ ...options, seed: 6 }));
  });

  it("begins the same however much of it is wanted", () => {
    assert.deepEqual(randomTraffic({ seed: 5, count: 200 }).slice(0, 20), randomTraffic({ seed: 5, count: 20 }));
  });

  it("holds no word that nobody asked for", () => {
    const clean = folded(randomTraffic({ seed: 5, count: 1_000 }));
    for (const word of [...WORDS, "badword", "damn", "shit", "bullshit", "白痴", "混蛋"]) {
      assert.ok(!clean.includes(word), word);
    }
  });

  it("holds each word that was asked for, in about a third of the texts and not all plain", () => {
    for (const word of WORDS) {
      const traffic = randomTraffic({ seed: 5, count: 600, words: [word] });
      const hit = traffic.filter((said) => folded([said]).includes(word));
      const plain = traffic.filter((said) => JSON.stringify(said).includes(word));
      assert.ok(hit.length > 150 && hit.length < 450, `${hit.length}`);
      assert.ok(plain.length < hit.length && plain.length > 0, `${plain.length}`);
    }
  });

  it("knows every place: chats, groups of all kinds, topics, live groups, online-only messages", () => {
    const traffic = randomTraffic({ seed: 5, count: 500 });
    const some = (holds: (said: Say) => boolean) => assert.ok(traffic.some(holds));
    some(({ to }) => to !== undefined);
    some(({ topic }) => topic !== undefined);
    some(({ onlineOnly }) => onlineOnly === true);
    some(({ customData }) => customData === "");
    some(({ rawBody }) => rawBody !== undefined);
    const types = new Set(traffic.map(({ groupType }) => groupType));
    for (const type of ["Private", "Public", "ChatRoom", "Community", "AVChatRoom"] as const)
      assert.ok(types.has(type));
  });

  it("can always be said", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (seed) => {
        for (const said of randomTraffic({ seed, count: 50, words: WORDS })) checkSay(said);
      }),
      { numRuns: 30 },
    );
  });

  it("arrives as it was said, whatever is in it", async () => {
    await using app = await appServer();
    await using simulator = await simulate({ callbackUrl: app.url });
    const said = randomTraffic({ seed: 9, count: 200, words: WORDS }).map((one) => simulator.world.say(one).id);
    await simulator.world.quiet();
    assert.deepEqual(simulator.world.deliveries(), { answered: 200 });
    const bodies = app.told.map(({ body }) => body);
    for (const id of said) {
      const message = simulator.world.message(id);
      assert.ok(message);
      const body = bodies.find((one) => one.includes(message.msgId));
      assert.ok(body?.includes(`"MsgBody":${message.original.rawBody}`));
    }
    const custom = (id: string | undefined) =>
      app.told.map(bodyOf).find(({ MsgId }) => MsgId === id)?.["CloudCustomData"];
    for (const id of said.slice(0, 50)) {
      const message = simulator.world.message(id);
      assert.equal(custom(message?.msgId), message?.original.customData);
    }
  });
});

describe("the seeded chat", () => {
  it("can be said, and is the same every time", async () => {
    await using simulator = await simulate();
    for (const said of seededChat()) simulator.world.say(said);
    assert.deepEqual(seededChat(), seededChat());
    const kinds = simulator.world.conversations().map(({ id, count }) => [id, count]);
    assert.equal(kinds.length, 2);
    assert.equal(
      kinds.reduce((sum, [, count]) => sum + Number(count), 0),
      seededChat().length,
    );
  });
});
