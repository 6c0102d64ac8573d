/** Ruins callbacks in the ways that networks, attackers and other people's serialisers do. The same seed, the same ruins. */

export type Chance = {
  /** A whole number from 0 up to, not including, `below`. */
  readonly below: (below: number) => number;
  readonly pick: <Choice>(choices: readonly Choice[]) => Choice;
};

/** Mulberry32: small, and good enough to choose where to break something. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    pick: (choices) => {
      const choice = choices[below(choices.length)];
      if (choice === undefined) throw new RangeError("There is nothing to pick from");
      return choice;
    },
  };
}

type Ruin = (body: Buffer, chance: Chance, other: Buffer) => Buffer;

const splice = (body: Buffer, at: number, gone: number, put: Buffer | string): Buffer =>
  Buffer.concat([body.subarray(0, at), Buffer.from(put), body.subarray(at + gone)]);

/** Puts something in the place of one of the values that stand in the JSON text. */
const revalue =
  (value: (chance: Chance) => string): Ruin =>
  (body, chance) => {
    const text = body.toString("latin1");
    const values = [...text.matchAll(/(?<=":)(?:"(?:[^"\\]|\\.)*"|-?\d+|[[{])/g)];
    if (values.length === 0) return body;
    const { index, 0: found } = chance.pick(values);
    return splice(body, index, found.length, value(chance));
  };

const member =
  (spelled: (chance: Chance) => string): Ruin =>
  (body, chance) => {
    const places = [...body.toString("latin1").matchAll(/\{(?=")/g)];
    return places.length === 0 ? body : splice(body, chance.pick(places).index + 1, 0, `${spelled(chance)},`);
  };

const DEPTHS = [100, 10_000, 100_000] as const;
const nested = (chance: Chance): string => {
  const depth = chance.pick(DEPTHS);
  return chance.below(2) === 0
    ? "[".repeat(depth) + "]".repeat(depth)
    : '{"a":'.repeat(depth) + "1" + "}".repeat(depth);
};
const WRONG = [
  ...[
    "null",
    "true",
    "0",
    "-1",
    "1.5",
    "{}",
    "[]",
    '""',
    "[null]",
    '{"MsgType":5}',
    '"\\u0000"',
    '"\\ud83d"',
    '"badword"',
  ],
  ...[
    "9007199254740993",
    "18446744073709551616",
    "1e400",
    "-1e400",
    "1e-400",
    "-0",
    '"9007199254740993"',
    "1".repeat(500),
  ],
] as const;
const DUPLICATES = [
  ...['"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"badword"}}]', '"From_Account":"eve"', '"MsgSeq":7'],
  ...['"MsgB\\u006fdy":"x"', '"MsgContent":{"Text":"badword"}', '"Text":"badword"', '"CloudCustomData":"{\\"a\\":1"'],
] as const;
const POLLUTING = [
  ...['"__proto__":{"polluted":1}', '"constructor":{"prototype":{"polluted":1}}', '"toString":5', '"hasOwnProperty":0'],
  ...['"__proto__":[]', '"__proto__":null', '"CloudCustomData":"{\\"__proto__\\":{\\"polluted\\":1}}"'],
] as const;

const ruins: Readonly<Record<string, Ruin>> = {
  "none at all": (body) => body,
  "flipped bits": (body, { below }) => {
    const flipped = Buffer.from(body);
    for (let times = 1 + below(4); times > 0; times--) {
      const at = below(flipped.length);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << below(8));
    }
    return flipped;
  },
  "a stretch of another callback": (body, { below }, other) => {
    const from = below(other.length);
    return splice(body, below(body.length), below(40), other.subarray(from, from + below(80)));
  },
  "an end too early": (body, { below }) => body.subarray(0, below(body.length)),
  "an end too late": (body, { pick }) => Buffer.concat([body, Buffer.from(pick(["}", " ", "\0", "\n{}", "\ufeff"]))]),
  "structure where there was text": (body, { below, pick }) =>
    splice(body, below(body.length), below(2), pick(["{", "}", "[", "]", '"', ",", ":", "\\", "\\u", "0"])),
  "values of the wrong kind": revalue(({ pick }) => pick(WRONG)),
  "keys that come twice": member(({ pick }) => pick(DUPLICATES)),
  "names that objects have by birth": member(({ pick }) => pick(POLLUTING)),
  "control characters": (body, { below, pick }) =>
    splice(body, below(body.length), 0, pick(["\0", "\u0001", "\\u0000", "\u007f", "\u2028", "\r\n"])),
  "halves of characters": (body, { below, pick }) =>
    splice(body, below(body.length), 0, Buffer.from(pick(["eda0bd", "edb880", "c0af", "f0289", "ff", "e59d"]), "hex")),
  "halves of characters, escaped": revalue(({ pick }) =>
    pick(['"\\ud83d"', '"a\\udc00b"', '"\\ud83d\\ud83d badword"']),
  ),
  "a depth without end": revalue(nested),
  "a depth without end, cut off": revalue(({ pick }) => pick(["[", '{"a":']).repeat(20_000)),
  "another charset": (body, { pick }) => Buffer.from(body.toString("utf8"), pick(["utf16le", "latin1"])),
  "a byte order mark": (body) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
  "a text that is long": revalue(({ pick }) => `"${"badword 坏词 ".repeat(pick([10, 300, 2_000]))}"`),
  nothing: () => Buffer.alloc(0),
};

/** One callback, ruined in one way or two. */
export function ruined(body: Buffer, chance: Chance, other: Buffer): { readonly how: string; readonly body: Buffer } {
  const how = chance.pick(Object.keys(ruins));
  const also = chance.below(4) === 0 ? chance.pick(Object.keys(ruins)) : "none at all";
  const once = ruins[how]?.(body, chance, other) ?? body;
  const twice = once.length === 0 ? once : (ruins[also]?.(once, chance, other) ?? once);
  return { how: `${how}, then ${also}`, body: twice };
}
