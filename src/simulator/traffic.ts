/** Things to say: a small chat that a sandbox begins with, and endless made-up traffic for tests. */
import { createRandom, pick, seedFor } from "./random.ts";
import type { Random } from "./random.ts";
import type { Say } from "./say.ts";

/** The word for word of a reply as the chat kits keep it beside the body. */
const replyTo = (sender: string, abstract: string): string =>
  JSON.stringify({
    messageReply: {
      messageID: "144115225971632901-1767225600-3021997431",
      messageAbstract: abstract,
      messageSender: sender,
      messageType: 1,
      version: 1,
    },
  });

const textElement = (text: string): Readonly<Record<string, unknown>> => ({
  MsgType: "TIMTextElem",
  MsgContent: { Text: text },
});
const face = (index: number, data: string): Readonly<Record<string, unknown>> => ({
  MsgType: "TIMFaceElem",
  MsgContent: { Index: index, Data: data },
});

/** Ordinary people, a few mild curses that the shipped rules mask, and innocents that they must leave alone. */
export function seededChat(): readonly Say[] {
  const group = "weekend-hike";
  const inGroup = (from: string, text: string, customData?: string): Say => ({ from, group, text, customData });
  return [
    { from: "anna", group, groupType: "Public", text: "Morning all! Who is in for the hike on Saturday? 🥾" },
    inGroup("ben", "Me! I'll take the early train from Scunthorpe."),
    inGroup("xiaomei", "我也去！在路口交通灯那里集合吧"),
    { from: "anna", to: "ben", text: "Did you see the forecast?" },
    inGroup("carlos", "Damn, I have to work until noon."),
    inGroup("anna", "Then take the bus and meet us at the lake.", replyTo("carlos", "I have to work until noon.")),
    { from: "ben", to: "anna", text: "Rain from two o'clock. What a load of crap." },
    inGroup("lili", "上次把地图弄丢的那个白痴是谁来着 😂"),
    inGroup("xiaomei", "是我哥，那个混蛋！"),
    { from: "anna", to: "ben", text: "We pack the big umbrellas then ☔" },
    {
      from: "ben",
      group,
      body: [
        textElement("Last time the sign said two hours. "),
        face(12, "laugh"),
        textElement(" Bullshit, it was five."),
      ],
    },
    inGroup("carlos", "👍🏽🎉"),
    { from: "ben", to: "anna", text: "And the damn good coffee, please." },
    inGroup("anna", "Saturday, 8:30, platform 2. 周六见！"),
  ];
}

export type TrafficOptions = {
  readonly seed: number;
  readonly count: number;
  /** Planted in about a third of the texts, in many guises; leave empty for clean traffic. */
  readonly words?: readonly string[];
};

const USERS = ["anna", "ben", "carlos", "dora", "xiaomei", "lili", "user_07"] as const;
const GROUPS: readonly Pick<Say, "group" | "groupType" | "topic">[] = [
  { group: "team", groupType: "Private" },
  { group: "weekend-hike", groupType: "Public" },
  { group: "meeting-42", groupType: "ChatRoom" },
  { group: "@TGS#_@TGS#cCOMMUNITY", groupType: "Community" },
  { group: "@TGS#_@TGS#cCOMMUNITY", groupType: "Community", topic: "@TGS#_@TGS#cCOMMUNITY@TOPIC#_general" },
  { group: "concert", groupType: "AVChatRoom" },
];
const PHRASES = [
  "see you at eight",
  "the report is on your desk",
  "Scunthorpe United won",
  "路口交通很堵",
  "今天天气真好",
  "👨‍👩‍👧‍👦 family dinner 🇨🇳",
  "ｆｕｌｌ ｗｉｄｔｈ",
  "café, naïve, cafe\u0301",
  "line one\nline two\ttabbed",
  "\u202eright to left\u202c",
  "a 𠮷 and a zero\u200bwidth",
  "https://example.com/path?q=1",
  "ok",
] as const;
const CUSTOM_DATA: readonly ((text: string) => string | undefined)[] = [
  () => undefined,
  () => "",
  () => "{}",
  (text: string) => replyTo("anna", text),
  () => '{"theme":"dark","order":{"id":12345678901234567890,"price":1.10}}',
  () => '{ "k" : 1,\n  "k" : 2 , "big":9007199254740993 }',
  () => "[1,2,3]",
  () => "color=red;v=2",
  () => '{"broken":',
];

/** The same seed gives the same traffic. */
export function randomTraffic({ seed, count, words = [] }: TrafficOptions): readonly Say[] {
  const random = createRandom(seedFor(seed, "traffic"));
  return Array.from({ length: count }, () => randomSay(random, words));
}

function randomSay(random: Random, words: readonly string[]): Say {
  const from = pick(random, USERS);
  const customData = pick(random, CUSTOM_DATA)(pick(random, PHRASES));
  const onlineOnly = random() < 0.05 ? true : undefined;
  const extras = { customData, onlineOnly };
  const said = random() < 0.5 ? { text: randomText(random, words) } : { rawBody: randomBody(random, words) };
  if (random() < 0.5) {
    const others = USERS.filter((user) => user !== from);
    return { from, to: others[Math.floor(random() * others.length)] ?? "anna", ...said, ...extras };
  }
  return { from, ...pick(random, GROUPS), ...said, ...extras };
}

function randomText(random: Random, words: readonly string[]): string {
  const parts = Array.from({ length: 1 + Math.floor(random() * 3) }, (): string => pick(random, PHRASES));
  const word = words[Math.floor(random() * words.length)];
  if (word !== undefined && random() < 1 / 3) {
    parts.splice(Math.floor(random() * (parts.length + 1)), 0, disguise(random, word));
  }
  return parts.join(pick(random, [" ", ", ", "。", " - ", "!  "]));
}

/** Ways in which people write a word that they know is watched; all of them fold back to the word itself. */
function disguise(random: Random, word: string): string {
  const wide = (letter: string): string =>
    /[!-~]/.test(letter) ? String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0) : letter;
  return pick(random, [
    () => word,
    () => word.toUpperCase(),
    () => [...word].map(wide).join(""),
    () => [...word].join("\u200b"),
    () => `🙂${word}🙂`,
  ])();
}

/** Bodies of several elements, now and then spaced as no serialiser would. */
function randomBody(random: Random, words: readonly string[]): string {
  const elements: unknown[] = [];
  const length = 1 + Math.floor(random() * 4);
  while (elements.length < length) elements.push(randomElement(random, words));
  const customs = elements.filter((element) => isCustom(element));
  // Tencent allows one custom element in a message.
  const allowed = elements.filter((element) => !isCustom(element) || element === customs[0]);
  return random() < 0.2 ? JSON.stringify(allowed, null, 2) : JSON.stringify(allowed);
}

const isCustom = (element: unknown): boolean =>
  typeof element === "object" && element !== null && "MsgType" in element && element.MsgType === "TIMCustomElem";

function randomElement(random: Random, words: readonly string[]): unknown {
  const text = randomText(random, words);
  return pick(random, [
    () => textElement(text),
    () => textElement(text),
    () => face(Math.floor(random() * 40), pick(random, ["smile", "abc\u0000\u0001"])),
    () => ({ MsgType: "TIMLocationElem", MsgContent: { Desc: text, Latitude: 29.34065677446996, Longitude: 116.7 } }),
    () => ({
      MsgType: "TIMCustomElem",
      MsgContent: { Data: JSON.stringify({ type: "card", title: text, price: 12 }), Desc: text, Ext: "", Sound: "" },
    }),
    () => ({ MsgType: "TIMFileElem", MsgContent: { Url: "https://files.example.com/f/1", FileName: `${text}.pdf` } }),
    () => ({ MsgType: "TIMFutureElem", MsgContent: { Layers: [{ Anything: text }] } }),
  ])();
}
