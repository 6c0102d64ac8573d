import assert from "node:assert/strict";
import { checkSay } from "../../src/simulator/say.ts";
import { randomTraffic, seededChat } from "../../src/simulator/traffic.ts";
import { start } from "./support.ts";

describe("the chat that a sandbox begins with", () => {
  it("can be said, in one group and one pair", async () => {
    await using simulator = await start();
    for (const said of seededChat()) simulator.world.say(said);
    assert.deepEqual(
      simulator.world.conversations().map(({ kind, groupType }) => [kind, groupType]),
      [
        ["group", "Public"],
        ["c2c", undefined],
      ],
    );
  });

  it("has mild words to mask, innocents to leave alone, a quote and a mixed message", () => {
    const chat = JSON.stringify(seededChat());
    for (const word of [
      "damn",
      "crap",
      "Bullshit",
      "白痴",
      "混蛋",
      "Scunthorpe",
      "路口交通",
      "messageReply",
      "TIMFaceElem",
    ]) {
      assert.ok(chat.includes(word), word);
    }
  });
});

describe("made-up traffic", () => {
  it("is the same for the same seed and another for another", () => {
    const options = { count: 50, words: ["badword"] };
    assert.deepEqual(randomTraffic({ seed: 1, ...options }), randomTraffic({ seed: 1, ...options }));
    assert.notDeepEqual(randomTraffic({ seed: 1, ...options }), randomTraffic({ seed: 2, ...options }));
  });

  it("can all be said, and has a bit of everything", async () => {
    await using simulator = await start();
    const traffic = randomTraffic({ seed: 3, count: 1000, words: ["badword", "坏词"] });
    for (const said of traffic) simulator.world.say(said);
    const has = (test: (said: (typeof traffic)[number]) => boolean, what: string): void =>
      assert.ok(traffic.some(test), what);
    has(({ to }) => to !== undefined, "one-to-one");
    has(({ topic }) => topic !== undefined, "topics");
    has(({ groupType }) => groupType === "AVChatRoom", "live groups");
    has(({ onlineOnly }) => onlineOnly === true, "online-only");
    has(({ customData }) => customData === undefined, "no custom data");
    for (const data of ["", "[1,2,3]", "color=red;v=2"]) has(({ customData }) => customData === data, data);
    has(({ customData }) => customData?.includes("9007199254740993") === true, "big numbers");
    has(({ rawBody }) => rawBody?.includes("TIMCustomElem") === true, "custom elements");
    has((said) => JSON.stringify(said).includes("坏词"), "planted words");
  });

  it("plants nothing when there is nothing to plant", () => {
    for (const said of randomTraffic({ seed: 4, count: 200 })) checkSay(said);
  });
});
